#include "ui/window/volume_page.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/document/address.hpp"
#include "ui/models/finding_words.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/everything_else_view.hpp"
#include "ui/views/fat_table_area.hpp"
#include "ui/views/fat_table_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/findings_panel.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"
#include "ui/window/breadcrumb.hpp"
#include "ui/window/dock_title.hpp"
#include "ui/window/inspector_panel.hpp"
#include "ui/window/tab_badge.hpp"
#include "ui/window/volume_words.hpp"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

/// What Tab would reach first inside a part of the window.
QWidget* firstStop(QWidget* part)
{
    if ((part->focusPolicy() & Qt::TabFocus) != 0)
        return part;
    for (auto* inside : part->findChildren<QWidget*>())
        if ((inside->focusPolicy() & Qt::TabFocus) != 0 && inside->isVisible() &&
            inside->isEnabled())
            return inside;
    return part;
}

/// What is known about the disk, for its bytes.
std::shared_ptr<const HexSubject> subjectOf(const VolumeContent& content)
{
    auto subject = std::make_shared<HexSubject>(
        HexSubject{content.image, content.tree, content.usage, content.findings});
    const std::uint64_t start = content.image.volumeOffset;
    std::erase_if(subject->findings, [start](const Finding& finding) {
        return finding.offset && *finding.offset < start; // those of the partition table
    });
    for (Finding& finding : subject->findings)
        if (finding.offset)
            *finding.offset -= start;
    return subject;
}

} // namespace

VolumePage::VolumePage(const QString& source, std::optional<std::uint32_t> partition,
                       QWidget* parent)
    : QMainWindow(parent, Qt::Widget), m_document(source, partition),
      m_breadcrumb(new Breadcrumb(m_document, this)), m_center(new QStackedWidget(this)),
      m_loading(new ThemedLabel({}, Token::Muted, this)), m_banner(new Banner(this)),
      m_map(new ClusterMapView(this)), m_overview(new MapOverview(this)),
      m_legend(new MapLegend(this)), m_files(new FileTreeView(this)),
      m_inspector(new InspectorPanel(m_document, this)), m_chain(new ChainView(this)),
      m_bytes(new HexPanel(this)), m_everythingElse(new EverythingElseView(this)),
      m_findings(new FindingsPanel(m_document, this)), m_fatTable(new FatTableView(this))
{
    setWindowFlags(Qt::Widget);
    setHelpTopic(this, QStringLiteral("volume"));
    setDockNestingEnabled(true);
    setMenuWidget(m_breadcrumb);
    setCentralWidget(makeCenter());
    makeDocks();
    makeActions();
    connectParts();
    connectDocument();
    showLoading();
    m_document.load();
}

VolumePage::~VolumePage()
{
    m_document.disconnect();
    m_document.focus().disconnect();
    m_bytes->setFocus(static_cast<Focus*>(nullptr));
    // These refer to the document, which goes before the children of a widget do.
    delete m_inspector;
    delete m_findings;
    delete m_breadcrumb;
}

QWidget* VolumePage::makeCenter()
{
    auto* waiting = new QWidget(m_center);
    auto* layout = new QVBoxLayout(waiting);
    layout->setContentsMargins(spacing(5), spacing(5), spacing(5), spacing(5));
    layout->addWidget(m_banner);
    layout->addWidget(m_loading, 1, Qt::AlignCenter);
    m_center->addWidget(waiting);
    m_center->addWidget(makeMapPanel());
    return m_center;
}

QWidget* VolumePage::makeMapPanel()
{
    auto* panel = new QWidget(m_center);
    setHelpTopic(panel, QStringLiteral("map"));
    auto* zoom = new MapZoomBar(panel);
    zoom->setMap(m_map);
    auto* caption = new QHBoxLayout;
    m_mapCaption = new SectionLabel(tr("Cluster map"), panel);
    caption->addWidget(m_mapCaption);
    caption->addStretch(1);
    caption->addWidget(zoom);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(spacing(3));
    middle->addWidget(m_map, 1);
    middle->addWidget(m_overview);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    layout->setSpacing(spacing(2));
    layout->addLayout(caption);
    layout->addLayout(middle, 1);
    layout->addWidget(m_legend);
    m_overview->setMap(m_map);
    m_legend->setMap(m_map);
    m_everythingElse->setMap(m_map);
    return panel;
}

/// The tree, and below it the home of all clusters that it does not show.
QWidget* VolumePage::makeFiles()
{
    auto* files = new QWidget(this);
    auto* layout = new QVBoxLayout(files);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_files, 1);
    layout->addWidget(m_everythingElse);
    return files;
}

QDockWidget* VolumePage::addDock(Qt::DockWidgetArea area, const QString& name, const QString& title,
                                 QWidget* content)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    setHelpTopic(dock, name);
    dock->setTitleBarWidget(new DockTitle(dock));
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks << dock;
    return dock;
}

void VolumePage::makeDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    addDock(Qt::LeftDockWidgetArea, QStringLiteral("files"), tr("Files"), makeFiles());
    addDock(Qt::RightDockWidgetArea, QStringLiteral("inspector"), tr("Inspector"), m_inspector);
    auto* chain = addDock(Qt::BottomDockWidgetArea, QStringLiteral("chain"), tr("Chain"), m_chain);
    auto* bytes = addDock(Qt::BottomDockWidgetArea, QStringLiteral("bytes"), tr("Bytes"), m_bytes);
    auto* fat = addDock(Qt::BottomDockWidgetArea, QStringLiteral("fat"), tr("FAT"), m_fatTable);
    auto* findings =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("findings"), tr("Findings"), m_findings);
    m_badge = new TabBadge(findings);
    setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    tabifyDockWidget(chain, bytes);
    tabifyDockWidget(bytes, fat);
    tabifyDockWidget(fat, findings);
    chain->raise();
}

// A key that is a letter works where no text is typed and no list is searched.
void VolumePage::makeActions()
{
    const auto add = [this](const QString& text, Qt::Key key, const QString& toolTip) {
        auto* action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(toolTip);
        for (QWidget* widget : QList<QWidget*>{m_map, m_inspector, m_chain, m_findings, m_fatTable})
            widget->addAction(action);
        return action;
    };
    QAction* bytes = add(tr("Bytes"), Qt::Key_B, tr("Show the bytes of this cluster (B)"));
    QAction* fatEntry = add(tr("FAT entry"), Qt::Key_F, tr("Show its FAT entry (F)"));
    connect(bytes, &QAction::triggered, this, [this] {
        showDock(QStringLiteral("bytes"));
        m_bytes->QWidget::setFocus(Qt::ShortcutFocusReason);
    });
    connect(fatEntry, &QAction::triggered, this, &VolumePage::showFatEntry);
    m_inspector->setActions({bytes, fatEntry});
}

bool VolumePage::showDock(const QString& name)
{
    for (QDockWidget* dock : m_docks) {
        if (dock->objectName() != name)
            continue;
        dock->show();
        dock->raise();
        return true;
    }
    return false;
}

void VolumePage::shareRoom()
{
    resizeDocks({m_docks[0], m_docks[1]}, {scaled(258), scaled(316)}, Qt::Horizontal);
    resizeDocks({m_docks[2]}, {scaled(264)}, Qt::Vertical);
}

// Docks can be sized only once the page has its own size.
void VolumePage::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (!m_defaultLayout.isEmpty())
        return;
    layout()->activate();
    shareRoom();
    m_defaultLayout = layoutState();
    if (!m_wantedLayout.isEmpty())
        restoreState(m_wantedLayout, layoutVersion);
}

void VolumePage::connectParts()
{
    m_map->setFocus(&m_document.focus());
    m_files->setFocus(&m_document.focus());
    m_chain->setFocus(&m_document.focus());
    m_bytes->setFocus(&m_document.focus());
    m_fatTable->setFocus(&m_document.focus());
    connect(m_map, &ClusterMapView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_files, &FileTreeView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_bytes, &HexPanel::hoveredText, this, &VolumePage::hoveredText);
    connect(m_fatTable, &FatTableView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_breadcrumb, &Breadcrumb::addressEntered, this, [this](const QString& address) {
        if (const auto went = goTo(address); !went)
            Q_EMIT hoveredText(errorWords(went.error()).sentence);
    });
    connect(&m_document.focus(), &Focus::changed, this, &VolumePage::selectionTextChanged);
}

void VolumePage::connectDocument()
{
    connect(&m_document, &VolumeDocument::ready, this, &VolumePage::showContent);
    connect(&m_document, &VolumeDocument::checked, this, &VolumePage::showFindings);
    connect(&m_document, &VolumeDocument::failed, this, &VolumePage::showFailure);
    connect(&m_document, &VolumeDocument::progressChanged, this, &VolumePage::showLoading);
    connect(&m_findings->repair(), &VolumeRepair::changed, this, &VolumePage::followRepair);
}

void VolumePage::showLoading()
{
    if (m_document.state() == VolumeDocument::State::Loading)
        m_loading->setText(tr("Reading %1…").arg(m_document.title()));
}

void VolumePage::showFailure(const Error& error)
{
    m_loading->clear();
    m_center->setCurrentIndex(0);
    m_banner->showError(error, tr("Nothing was changed."),
                        tr("Check that it is the file you meant: %1").arg(m_document.source()));
    Q_EMIT shown();
}

void VolumePage::showContent()
{
    const auto& content = m_document.content();
    m_files->setTree(content->tree);
    m_chain->setVolume(content->tree, content->geometry(), content->image.volumeOffset);
    showFindings();
    m_repairedUsage.reset();
    drawMap(content->usage);
}

void VolumePage::drawMap(std::shared_ptr<const fat::UsageMap> usage)
{
    m_cells.start(
        [usage = std::move(usage)](const JobControl&) -> Result<std::shared_ptr<const MapCells>> {
            return MapCells::make(usage);
        },
        [this](Result<std::shared_ptr<const MapCells>> cells) { showCells(std::move(*cells)); });
}

void VolumePage::showCells(std::shared_ptr<const MapCells> cells)
{
    const bool isFirst = !m_shown;
    if (!m_repairedUsage)
        m_cellsNow = cells;
    m_mapCaption->setText(m_repairedUsage ? tr("Cluster map as it would be after the repair")
                                          : tr("Cluster map"));
    m_mapCaption->setToken(m_repairedUsage ? Token::Accent : Token::Muted);
    m_map->setDescriber(
        [content = m_document.content(), now = m_cellsNow,
         words = m_repairedUsage ? tr("Now: %1") : QStringLiteral("%1")](CellRange range) {
            return words.arg(describeCells(*content, *now, range));
        });
    m_map->setCells(std::move(cells));
    markFindings();
    m_center->setCurrentIndex(1);
    m_shown = true;
    if (isFirst && isAncestorOf(QApplication::focusWidget()))
        m_map->QWidget::setFocus(); // it could not have the keyboard while it was hidden
    Q_EMIT shown();
}

/// While a repair is planned the map shows what would come of it, and selects what would change.
void VolumePage::followRepair()
{
    const VolumeRepair& repair = m_findings->repair();
    const bool isPlanned = repair.step() == VolumeRepair::Step::Planned ||
                           repair.step() == VolumeRepair::Step::Applying;
    const auto usage = isPlanned ? repair.preview().usage : nullptr;
    if (usage == m_repairedUsage || m_document.state() != VolumeDocument::State::Ready)
        return;
    m_repairedUsage = usage;
    if (usage && !repair.preview().changed.empty())
        m_document.focus().select({.runs = repair.preview().changed});
    drawMap(usage ? usage : m_document.content()->usage);
}

void VolumePage::showFindings()
{
    const auto& content = m_document.content();
    Severity worst = Severity::Info;
    for (const Finding& finding : content->findings)
        worst = std::max(worst, finding.severity);
    m_badge->setCount(content->findings.size(), tokenOf(worst));
    m_fatTable->setContent(content);
    m_bytes->setSubject(subjectOf(*content));
    markFindings();
}

/// Cells of the overview that a finding is about; of the system area by where the bytes lie.
void VolumePage::markFindings()
{
    const auto& content = m_document.content();
    const auto& cells = m_map->cells();
    if (!cells)
        return;
    const std::uint64_t start = content->image.volumeOffset;
    const std::uint64_t systemSize = content->geometry().dataOffset();
    std::vector<std::uint64_t> marks;
    for (const Finding& finding : content->findings) {
        if (finding.cluster) {
            if (const auto cell = cells->cellOfCluster(Cluster{*finding.cluster}))
                marks.push_back(*cell);
        } else if (finding.offset && *finding.offset >= start &&
                   *finding.offset - start < systemSize) {
            marks.push_back((*finding.offset - start) * cells->systemCellCount() / systemSize);
        }
    }
    m_overview->setMarks(std::move(marks));
}

void VolumePage::check()
{
    showDock(QStringLiteral("findings"));
    m_document.reload();
}

void VolumePage::stepFinding(int direction)
{
    if (m_document.stepFinding(direction))
        showDock(QStringLiteral("findings"));
}

void VolumePage::showFatEntry()
{
    showDock(QStringLiteral("fat"));
    const FocusTarget& target = m_document.focus().selection();
    if (target.cluster)
        m_fatTable->goToEntry(target.cluster->value);
    else if (!target.runs.empty())
        m_fatTable->goToEntry(target.runs.front().first.value);
    m_fatTable->area()->QWidget::setFocus();
}

/// "finding:1" (from 1) and "entry:433".
bool VolumePage::goToNumbered(const QString& address)
{
    bool isNumber = false;
    const std::uint32_t number = address.section(u':', 1).toUInt(&isNumber);
    if (!isNumber)
        return false;
    if (address.startsWith(u"finding:") && number >= 1 &&
        number <= m_document.content()->findings.size()) {
        m_document.selectFinding(number - 1);
        showDock(QStringLiteral("findings"));
        return true;
    }
    if (!address.startsWith(u"entry:") || number >= m_fatTable->entries().count())
        return false;
    showDock(QStringLiteral("fat"));
    m_fatTable->goToEntry(number);
    return true;
}

Result<> VolumePage::goTo(const QString& address)
{
    if (!m_document.content())
        return fail(ErrorCode::NotFound, "the volume is not open yet");
    if (goToNumbered(address.trimmed()))
        return {};
    FATLAS_ASSIGN(const Place place, findPlace(*m_document.content(), address));
    if (const auto* node = std::get_if<std::uint32_t>(&place)) {
        m_document.selectNode(*node);
        return {};
    }
    if (const auto* bytes = std::get_if<FocusBytes>(&place)) {
        m_document.selectBytes(*bytes);
        showDock(QStringLiteral("bytes"));
    } else {
        m_document.selectCluster(std::get<Cluster>(place));
    }
    const auto cluster = m_document.focus().selection().cluster;
    if (m_map->cells() && cluster)
        if (const auto cell = m_map->cells()->cellOfCluster(*cluster))
            m_map->setCursorCell(*cell);
    return {};
}

QList<QWidget*> VolumePage::stops() const
{
    QList<QWidget*> stops{m_map};
    for (QDockWidget* dock : m_docks)
        if (dock->isVisible())
            stops << dock->widget();
    return stops;
}

void VolumePage::focusNextDock()
{
    const QList<QWidget*> all = stops();
    QWidget* const now = QApplication::focusWidget();
    qsizetype at = -1;
    for (qsizetype i = 0; i < all.size(); ++i)
        if (now != nullptr && (all[i] == now || all[i]->isAncestorOf(now)))
            at = i;
    firstStop(all[(at + 1) % all.size()])->setFocus(Qt::TabFocusReason);
}

void VolumePage::resetLayout()
{
    restoreState(m_defaultLayout, layoutVersion);
}

void VolumePage::restoreLayout(const QByteArray& state)
{
    m_wantedLayout = state;
    if (!m_defaultLayout.isEmpty() && !state.isEmpty())
        restoreState(state, layoutVersion);
}

QString VolumePage::selectionText() const
{
    const auto& content = m_document.content();
    return content ? ui::selectionText(*content, m_document.focus().selection()) : QString();
}

} // namespace fatlas::ui
