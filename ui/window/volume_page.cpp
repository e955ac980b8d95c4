#include "ui/window/volume_page.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/document/address.hpp"
#include "ui/models/plan_models.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"
#include "ui/views/table_style.hpp"
#include "ui/window/breadcrumb.hpp"
#include "ui/window/dock_title.hpp"
#include "ui/window/inspector_panel.hpp"
#include "ui/window/volume_words.hpp"

#include <QApplication>
#include <QDockWidget>
#include <QHeaderView>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QTreeView>
#include <QVBoxLayout>

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

} // namespace

VolumePage::VolumePage(const QString& source, QWidget* parent)
    : QMainWindow(parent, Qt::Widget), m_document(source),
      m_breadcrumb(new Breadcrumb(m_document, this)), m_center(new QStackedWidget(this)),
      m_loading(new ThemedLabel({}, Token::Muted, this)), m_banner(new Banner(this)),
      m_map(new ClusterMapView(this)), m_overview(new MapOverview(this)),
      m_legend(new MapLegend(this)), m_files(new FileTreeView(this)),
      m_inspector(new InspectorPanel(m_document, this)), m_chain(new ChainView(this)),
      m_bytes(new HexPanel(this)), m_findings(new FindingsModel(this))
{
    setWindowFlags(Qt::Widget);
    setHelpTopic(this, QStringLiteral("volume"));
    setDockNestingEnabled(true);
    setMenuWidget(m_breadcrumb);
    setCentralWidget(makeCenter());
    makeDocks();
    makeKeys();
    connectParts();
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
    caption->addWidget(new SectionLabel(tr("Cluster map"), panel));
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
    return panel;
}

QTableView* VolumePage::makeFindings()
{
    auto* table = new QTableView(this);
    table->setModel(m_findings);
    styleTable(*table);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAccessibleName(tr("Findings"));
    table->horizontalHeader()->setStretchLastSection(true);
    connect(table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { selectFinding(now.row()); });
    return table;
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
    addDock(Qt::LeftDockWidgetArea, QStringLiteral("files"), tr("Files"), m_files);
    addDock(Qt::RightDockWidgetArea, QStringLiteral("inspector"), tr("Inspector"), m_inspector);
    auto* chain = addDock(Qt::BottomDockWidgetArea, QStringLiteral("chain"), tr("Chain"), m_chain);
    auto* bytes = addDock(Qt::BottomDockWidgetArea, QStringLiteral("bytes"), tr("Bytes"), m_bytes);
    m_findingsDock = addDock(Qt::BottomDockWidgetArea, QStringLiteral("findings"), tr("Findings"),
                             makeFindings());
    setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    tabifyDockWidget(chain, bytes);
    tabifyDockWidget(chain, m_findingsDock);
    chain->raise();
}

void VolumePage::makeKeys()
{
    auto* bytes = new QShortcut(QKeySequence(Qt::Key_B), this);
    bytes->setContext(Qt::WidgetWithChildrenShortcut);
    connect(bytes, &QShortcut::activated, this, [this] {
        showDock(QStringLiteral("bytes"));
        m_bytes->QWidget::setFocus(Qt::ShortcutFocusReason);
    });
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
    resizeDocks({m_docks[2]}, {scaled(210)}, Qt::Vertical);
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
    connect(m_map, &ClusterMapView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_files, &FileTreeView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_bytes, &HexPanel::hoveredText, this, &VolumePage::hoveredText);
    connect(m_breadcrumb, &Breadcrumb::addressEntered, this, [this](const QString& address) {
        if (const auto went = goTo(address); !went)
            Q_EMIT hoveredText(errorWords(went.error()).sentence);
    });
    connect(&m_document.focus(), &Focus::changed, this, &VolumePage::selectionTextChanged);
    connect(&m_document, &VolumeDocument::ready, this, &VolumePage::showContent);
    connect(&m_document, &VolumeDocument::failed, this, &VolumePage::showFailure);
    connect(&m_document, &VolumeDocument::progressChanged, this, &VolumePage::showLoading);
}

void VolumePage::showLoading()
{
    if (m_document.state() == VolumeDocument::State::Loading)
        m_loading->setText(tr("Reading %1…").arg(m_document.title()));
}

void VolumePage::showFailure(const Error& error)
{
    m_loading->clear();
    m_banner->showError(error, tr("Nothing was changed."),
                        tr("Check that it is the file you meant: %1").arg(m_document.source()));
    Q_EMIT shown();
}

void VolumePage::showContent()
{
    const auto& content = m_document.content();
    m_files->setTree(content->tree);
    m_chain->setVolume(content->tree, content->geometry(), content->image.volumeOffset);
    m_bytes->setSubject(std::make_shared<const HexSubject>(
        HexSubject{content->image, content->tree, content->usage}));
    showFindings(*content);
    m_cells.start(
        [usage = content->usage](const JobControl&) -> Result<std::shared_ptr<const MapCells>> {
            return MapCells::make(usage);
        },
        [this](Result<std::shared_ptr<const MapCells>> cells) { showCells(std::move(*cells)); });
}

void VolumePage::showCells(std::shared_ptr<const MapCells> cells)
{
    m_map->setDescriber([content = m_document.content(), cells](CellRange range) {
        return describeCells(*content, *cells, range);
    });
    std::vector<std::uint64_t> marks;
    for (const Finding& finding : m_document.content()->tree->findings)
        if (finding.cluster)
            if (const auto cell = cells->cellOfCluster(Cluster{*finding.cluster}))
                marks.push_back(*cell);
    m_overview->setMarks(std::move(marks));
    m_map->setCells(std::move(cells));
    m_center->setCurrentIndex(1);
    m_shown = true;
    Q_EMIT shown();
}

void VolumePage::showFindings(const VolumeContent& content)
{
    m_listed = content.image.table.findings;
    const auto add = [this](const std::vector<Finding>& more) {
        m_listed.insert(m_listed.end(), more.begin(), more.end());
    };
    add(content.volume().boot().findings);
    add(content.tree->findings);
    m_findingsDock->setWindowTitle(
        m_listed.empty() ? tr("Findings") : tr("Findings %1").arg(countText(m_listed.size())));
    m_findings->setFindings(m_listed);
}

void VolumePage::selectFinding(int row)
{
    const auto& content = m_document.content();
    if (!content || row < 0)
        return;
    const Finding& finding = m_listed[static_cast<std::size_t>(row)];
    if (finding.cluster)
        m_document.selectCluster(Cluster{*finding.cluster});
    else if (const auto node = content->tree->find(finding.path); node && !finding.path.empty())
        m_document.selectNode(*node);
}

Result<> VolumePage::goTo(const QString& address)
{
    if (!m_document.content())
        return fail(ErrorCode::NotFound, "the volume is not open yet");
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
