#include "ui/window/main_window.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/window/breadcrumb.hpp"
#include "ui/window/compare_page.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/go_to_box.hpp"
#include "ui/window/jobs_panel.hpp"
#include "ui/window/palette_suggestions.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/top_button.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/window/welcome_page.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/panel.hpp"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QMenu>
#include <QStatusBar>
#include <QVBoxLayout>

namespace fatlas::ui {

namespace {

const QString geometryKey = QStringLiteral("geometry");
const QString layoutKey = QStringLiteral("volumeLayout");

} // namespace

MainWindow::MainWindow(WindowSettings::Keep keep, QWidget* parent)
    : QMainWindow(parent), m_settings(keep), m_actions(this), m_tabs(new DocumentTabs(this)),
      m_jobsPanel(new JobsPanel(m_jobs, this)), m_goTo(new GoToBox(this)), m_menu(new QMenu(this)),
      m_viewMenu(new QMenu(tr("&View"), this)), m_status(new ElidedLabel({}, Qt::ElideRight, this)),
      m_selection(new ThemedLabel({}, Token::Muted, this)),
      m_corner(new ThemedLabel({}, Token::Muted, this)),
      m_check(new ThemedLabel({}, Token::Muted, this))
{
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTopBar());
    layout->addWidget(new Separator(Qt::Horizontal, centre));
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_jobsPanel);
    layout->addWidget(new Separator(Qt::Horizontal, centre));
    setCentralWidget(centre);
    setAcceptDrops(true);
    makeMenu();
    makeStatus();
    connectActions();
    connectWelcome();
    resize(scaled(1400), scaled(860));
    restoreGeometry(m_settings.bytes(geometryKey));
    follow();
    m_tabs->welcome()->startChoosing();
}

MainWindow::~MainWindow()
{
    // The pages and the panel refer to members that go before the children of a widget do.
    m_tabs->disconnect(this);
    delete m_tabs;
    m_jobs.disconnect();
    delete m_jobsPanel;
}

QWidget* MainWindow::makeTopBar()
{
    auto* bar = new Panel(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(spacing(3), scaled(6), spacing(3), scaled(6));
    layout->setSpacing(spacing(1));
    const auto addLine = [&] {
        auto* line = new Separator(Qt::Vertical, bar);
        line->setFixedHeight(scaled(22));
        layout->addSpacing(spacing(2));
        layout->addWidget(line);
        layout->addSpacing(spacing(2));
    };
    layout->addWidget(new TopButton(m_actions.newDisk));
    layout->addWidget(new TopButton(m_actions.newVhd));
    layout->addWidget(new TopButton(m_actions.open));
    addLine();
    layout->addWidget(new TopButton(m_actions.back, Qt::ToolButtonIconOnly));
    layout->addWidget(new TopButton(m_actions.forward, Qt::ToolButtonIconOnly));
    addLine();
    layout->addWidget(new TopButton(m_actions.check));
    layout->addWidget(new TopButton(m_actions.saveImage));
    layout->addWidget(new TopButton(m_actions.serve));
    layout->addStretch(1);
    m_goTo->setFixedWidth(scaled(300));
    m_goTo->setMinimumHeight(m_goTo->fontMetrics().height() + 2 * spacing(2));
    layout->addWidget(m_goTo);
    layout->addWidget(new TopButton(m_actions.showMenu, Qt::ToolButtonIconOnly));
    // Tab follows the eye, whatever was made first.
    QWidget* before = nullptr;
    for (int i = 0; i < layout->count(); ++i)
        if (QWidget* const widget = layout->itemAt(i)->widget(); widget != nullptr) {
            if (before != nullptr)
                setTabOrder(before, widget);
            before = widget;
        }
    return bar;
}

void MainWindow::popUpMenu()
{
    const QPoint corner = m_goTo->mapToGlobal(QPoint(m_goTo->width(), m_goTo->height()));
    const int right = mapToGlobal(QPoint(width() - spacing(2), 0)).x();
    m_menu->popup(QPoint(right - m_menu->sizeHint().width(), corner.y() + spacing(1)));
}

void MainWindow::makeMenu()
{
    QMenu* file = m_menu->addMenu(tr("&File"));
    file->addActions({m_actions.newDisk, m_actions.newVhd, m_actions.open, m_actions.saveImage,
                      m_actions.extract, m_actions.compare, m_actions.serve});
    file->addSeparator();
    file->addActions({m_actions.closeTab, m_actions.quit});
    QMenu* go = m_menu->addMenu(tr("&Go"));
    go->addActions({m_actions.back, m_actions.forward, m_actions.goTo, m_actions.editAddress,
                    m_actions.nextDock});
    go->addSeparator();
    go->addActions(
        {m_actions.check, m_actions.nextFinding, m_actions.previousFinding, m_actions.inspectDisk});
    m_menu->addMenu(m_viewMenu);
    connect(m_viewMenu, &QMenu::aboutToShow, this, &MainWindow::fillViewMenu);
    m_menu->addMenu(tr("&Help"))->addActions({m_actions.help, m_actions.about});
}

void MainWindow::fillViewMenu()
{
    m_viewMenu->clear();
    if (VolumePage* page = m_tabs->volume(); page != nullptr)
        for (QDockWidget* dock : page->docks())
            m_viewMenu->addAction(dock->toggleViewAction());
    m_viewMenu->addSeparator();
    m_viewMenu->addAction(m_actions.resetLayout);
}

void MainWindow::makeStatus()
{
    auto* bar = statusBar();
    bar->setSizeGripEnabled(false);
    bar->setContentsMargins(spacing(3), 0, spacing(3), 0);
    bar->addWidget(m_status, 1);
    bar->addPermanentWidget(m_selection);
    bar->addPermanentWidget(m_corner);
    bar->addPermanentWidget(m_check);
    for (ThemedLabel* label : {m_selection, m_corner, m_check})
        label->setContentsMargins(spacing(2), 0, spacing(2), 0);
}

void MainWindow::connectActions()
{
    connect(m_actions.newDisk, &QAction::triggered, this, &MainWindow::askNewDisk);
    connect(m_actions.newVhd, &QAction::triggered, this, &MainWindow::newVhd);
    connect(m_actions.open, &QAction::triggered, this, &MainWindow::askOpen);
    connect(m_actions.inspectDisk, &QAction::triggered, this, &MainWindow::inspectDisk);
    connect(m_actions.saveImage, &QAction::triggered, this, &MainWindow::askSave);
    connect(m_actions.compare, &QAction::triggered, this, [this] { compare(compareSource(), {}); });
    connect(m_actions.extract, &QAction::triggered, this, &MainWindow::askExtract);
    connect(m_actions.serve, &QAction::triggered, this, &MainWindow::serveCurrent);
    m_tabs->setCloseGuard([this](QWidget* page) { return mayClose(page); });
    connect(m_actions.closeTab, &QAction::triggered, m_tabs, &DocumentTabs::closeCurrent);
    connect(m_actions.quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions.palette, &QAction::triggered, m_goTo, &GoToBox::start);
    connect(m_actions.goTo, &QAction::triggered, m_goTo, &GoToBox::start);
    connect(m_actions.showMenu, &QAction::triggered, this, &MainWindow::popUpMenu);
    connect(m_actions.help, &QAction::triggered, this, &MainWindow::showHelp);
    connect(m_actions.about, &QAction::triggered, this, &MainWindow::showAbout);
    const auto onVolume = [this](QAction* action, auto what) {
        connect(action, &QAction::triggered, this, [this, what] {
            if (VolumePage* page = m_tabs->volume(); page != nullptr)
                what(*page);
        });
    };
    onVolume(m_actions.back, [](VolumePage& page) { page.document().focus().goBack(); });
    onVolume(m_actions.forward, [](VolumePage& page) { page.document().focus().goForward(); });
    onVolume(m_actions.nextDock, [](VolumePage& page) { page.focusNextDock(); });
    onVolume(m_actions.check, [](VolumePage& page) { page.check(); });
    connect(m_actions.check, &QAction::triggered, this, [this] {
        if (VhdPage* page = m_tabs->vhd(); page != nullptr)
            page->document().load();
    });
    onVolume(m_actions.nextFinding, [](VolumePage& page) { page.stepFinding(1); });
    onVolume(m_actions.previousFinding, [](VolumePage& page) { page.stepFinding(-1); });
    onVolume(m_actions.resetLayout, [](VolumePage& page) { page.resetLayout(); });
    onVolume(m_actions.editAddress, [](VolumePage& page) { page.breadcrumb()->startEditing(); });
    m_goTo->setProvider([this](const QString& text) {
        return suggestionsFor(text, m_actions.all(), m_tabs->volume());
    });
    connect(m_jobsPanel, &JobsPanel::openRequested, this,
            [this](const QString& path) { openPaths({path}); });
    connect(m_jobsPanel, &JobsPanel::showInFolderRequested, this, &MainWindow::showInFolder);
    connect(m_tabs, &DocumentTabs::currentChangedTo, this, &MainWindow::follow);
    connect(m_tabs, &DocumentTabs::aboutToClose, this, &MainWindow::rememberLayout);
    connect(&m_jobs, &TaskList::finished, this, [this] {
        if (m_closing && !isBusy())
            close();
    });
}

void MainWindow::connectWelcome()
{
    WelcomePage* const welcome = m_tabs->welcome();
    connect(welcome, &WelcomePage::newDiskRequested, this, &MainWindow::askNewDisk);
    connect(welcome, &WelcomePage::newVhdRequested, this, &MainWindow::newVhd);
    connect(welcome, &WelcomePage::openRequested, this, &MainWindow::askOpen);
    connect(welcome, &WelcomePage::compareRequested, this, [this] { compare({}, {}); });
    connect(welcome, &WelcomePage::recentChosen, this,
            [this](const QString& source, bool isFolder) {
                if (isFolder)
                    newDisk(source);
                else
                    openPaths({source});
            });
    connect(welcome, &WelcomePage::pinRequested, this, [this](const QString& source, bool pinned) {
        m_settings.setPinned(source, pinned);
        offerRecent();
    });
    connect(welcome, &WelcomePage::lessonChosen, this, &MainWindow::openLesson);
    connect(welcome, &WelcomePage::forgetRequested, this, [this](const QString& source) {
        m_settings.forget(source);
        offerRecent();
    });
    offerRecent();
    connectSessions();
}

void MainWindow::offerRecent()
{
    m_tabs->welcome()->setRecent(m_settings.recent());
}

NewDiskPage* MainWindow::newDisk(const QString& folder)
{
    auto* page = new NewDiskPage;
    m_tabs->add(page);
    connect(page, &NewDiskPage::hoveredText, this, &MainWindow::showStatus);
    connect(page, &NewDiskPage::saveRequested, this, &MainWindow::askSave);
    connect(page, &NewDiskPage::serveRequested, this, &MainWindow::serveCurrent);
    connect(page, &NewDiskPage::saveProblemChanged, this, &MainWindow::follow);
    connect(page, &NewDiskPage::cornerTextChanged, this, &MainWindow::updateCorner);
    connect(&page->document(), &NewDiskDocument::folderChanged, this, [this, page] {
        if (const QString chosen = page->document().folder(); !chosen.isEmpty()) {
            m_settings.remember(chosen, true);
            offerRecent();
        }
    });
    if (!folder.isEmpty())
        page->setFolder(folder);
    page->startEditing();
    follow();
    return page;
}

VolumePage* MainWindow::openVolume(const QString& source, std::optional<std::uint32_t> partition)
{
    auto* page = new VolumePage(source, partition);
    m_tabs->add(page);
    page->restoreLayout(m_settings.bytes(layoutKey));
    page->map()->QWidget::setFocus();
    connectExtraction(page);
    connect(page, &VolumePage::hoveredText, this, &MainWindow::showStatus);
    connect(page, &VolumePage::selectionTextChanged, this, &MainWindow::updateCorner);
    connect(page, &VolumePage::shown, this, &MainWindow::follow);
    connect(&page->document(), &VolumeDocument::checkTextChanged, this, &MainWindow::updateCorner);
    connect(&page->document().focus(), &Focus::historyChanged, this, &MainWindow::followHistory);
    connect(&page->document(), &VolumeDocument::ready, this, [this, source] {
        m_settings.remember(source, false);
        offerRecent();
    });
    follow();
    return page;
}

void MainWindow::follow()
{
    const QWidget* const page = m_tabs->current();
    const VolumePage* const volume = m_tabs->volume();
    const QString name = m_tabs->newDisk() != nullptr   ? m_tabs->newDisk()->title()
                         : volume != nullptr            ? m_tabs->volume()->document().title()
                         : m_tabs->vhd() != nullptr     ? m_tabs->vhd()->document().title()
                         : m_tabs->serve() != nullptr   ? m_tabs->serve()->title()
                         : m_tabs->compare() != nullptr ? m_tabs->compare()->title()
                                                        : QString();
    setWindowTitle(name.isEmpty() ? tr("Fatlas") : tr("%1 — Fatlas").arg(name));
    const QString needsDocument = page == nullptr ? tr("There is no open document") : QString();
    const QString needsVolume = volume == nullptr ? tr("Needs an open volume") : QString();
    setProblem(m_actions.saveImage, saveProblem());
    setProblem(m_actions.serve, serveProblem());
    setProblem(m_actions.extract, volume == nullptr ? needsVolume
                                  : m_tabs->volume()->document().content()
                                      ? QString()
                                      : tr("The volume is not open"));
    setProblem(m_actions.closeTab, needsDocument);
    for (QAction* action :
         {m_actions.goTo, m_actions.editAddress, m_actions.nextDock, m_actions.nextFinding,
          m_actions.previousFinding, m_actions.resetLayout})
        setProblem(action, needsVolume);
    setProblem(m_actions.check, m_tabs->vhd() != nullptr ? QString() : needsVolume);
    setProblem(m_actions.inspectDisk, inspectProblem());
    followHistory();
    showStatus({});
    updateCorner();
}

void MainWindow::followHistory()
{
    VolumePage* const page = m_tabs->volume();
    const bool canBack = page != nullptr && page->document().focus().canGoBack();
    const bool canForward = page != nullptr && page->document().focus().canGoForward();
    setProblem(m_actions.back, canBack ? QString() : tr("Nothing to go back to"));
    setProblem(m_actions.forward, canForward ? QString() : tr("Nothing to go forward to"));
}

void MainWindow::showStatus(const QString& text)
{
    m_status->setText(text);
}

QString MainWindow::statusText() const
{
    return m_status->text();
}

void MainWindow::updateCorner()
{
    QString check;
    if (NewDiskPage* page = m_tabs->newDisk(); page != nullptr) {
        m_selection->clear();
        m_corner->setText(page->cornerText());
    } else if (VolumePage* volume = m_tabs->volume(); volume != nullptr) {
        m_selection->setText(volume->selectionText());
        m_corner->setText(volume->document().summary());
        check = volume->document().checkText();
    } else if (VhdPage* vhd = m_tabs->vhd(); vhd != nullptr) {
        m_selection->clear();
        m_corner->setText(vhd->summary());
        check = vhd->document().checkText();
    } else if (const ServePage* serve = m_tabs->serve(); serve != nullptr) {
        m_selection->clear();
        m_corner->setText(serve->cornerText());
    } else {
        m_selection->clear();
        m_corner->clear();
    }
    m_selection->setVisible(!m_selection->text().isEmpty());
    m_check->setText(check);
    m_check->setVisible(!check.isEmpty());
}

void MainWindow::rememberLayout()
{
    m_settings.setBytes(geometryKey, saveGeometry());
    if (VolumePage* page = m_tabs->volume(); page != nullptr)
        m_settings.setBytes(layoutKey, page->layoutState());
}

} // namespace fatlas::ui
