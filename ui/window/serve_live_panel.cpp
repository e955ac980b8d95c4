#include "ui/window/serve_live_panel.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/models/serve_rows.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"
#include "ui/window/heat_legend.hpp"
#include "ui/window/volume_words.hpp"

#include <QAction>
#include <QCheckBox>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

/// The map does not jump faster than one can look.
constexpr qint64 followMs = 700;
constexpr double nsPerSecond = 1e9;

} // namespace

ServeLivePanel::ServeLivePanel(ServeDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_stack(new QStackedWidget(this)),
      m_nothing(new ThemedLabel({}, Token::Muted, this)), m_map(new ClusterMapView(this)),
      m_overview(new MapOverview(this)), m_legend(new MapLegend(this)),
      m_files(new FileTreeView(this)), m_pace(new SegmentedControl(this)),
      m_follows(new QCheckBox(tr("Follow the guest"), this)),
      m_caption(new SectionLabel(tr("The disk as it will be served"), this)),
      m_lag(new ThemedLabel({}, Token::Accent, this)),
      m_live(new QPushButton(tr("Back to live"), this))
{
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(makeMapSide(splitter));
    splitter->addWidget(m_files);
    splitter->setStretchFactor(0, 1);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({scaled(780), scaled(370)});
    splitter->setHandleWidth(1);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addLayout(makeCaption());
    layout->addWidget(m_stack, 1);
    m_files->showTraffic();
    makeActions();
    connectParts();
    followState();
    showContent();
}

ServeLivePanel::~ServeLivePanel()
{
    m_map->setFocus(static_cast<Focus*>(nullptr));
    m_files->setFocus(static_cast<Focus*>(nullptr));
}

QHBoxLayout* ServeLivePanel::makeCaption()
{
    m_pace->addSegment(tr("Live"), tr("Show what guests do as they do it"));
    m_pace->addSegment(tr("Slow"), tr("Show it eight times slower; guests are not slowed down"));
    m_pace->addSegment(tr("Freeze"), tr("Keep the picture; guests go on"));
    m_pace->setAccessibleName(tr("Pace of the live map"));
    m_follows->setToolTip(tr("Scroll the map to where guests are at work"));
    auto* zoom = new MapZoomBar(this);
    zoom->setMap(m_map);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing(3));
    row->addWidget(m_caption);
    row->addWidget(m_live);
    row->addWidget(m_lag);
    row->addStretch(1);
    row->addWidget(m_pace);
    row->addWidget(m_follows);
    row->addWidget(zoom);
    return row;
}

QWidget* ServeLivePanel::makeMapSide(QWidget* parent)
{
    auto* side = new QWidget(parent);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(spacing(3));
    middle->addWidget(m_map, 1);
    middle->addWidget(m_overview);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, spacing(3), 0);
    layout->setSpacing(spacing(2));
    layout->addLayout(middle, 1);
    auto* legends = new QHBoxLayout;
    legends->setSpacing(spacing(3));
    legends->addWidget(m_legend, 1);
    legends->addWidget(new HeatLegend(side), 0, Qt::AlignTop);
    layout->addLayout(legends);
    m_map->setBackgroundToken(Token::Window);
    m_overview->setMap(m_map);
    m_legend->setMap(m_map);
    return side;
}

void ServeLivePanel::makeActions()
{
    auto* writes = new QAction(tr("Which writes made this cluster"), m_map);
    writes->setShortcut(Qt::Key_W);
    writes->setShortcutContext(Qt::WidgetShortcut);
    connect(writes, &QAction::triggered, this, &ServeLivePanel::askWrites);
    m_map->addAction(writes);
    m_map->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void ServeLivePanel::connectParts()
{
    m_map->setFocus(&m_document.focus());
    m_files->setFocus(&m_document.focus());
    m_map->setDescriber([this](CellRange range) { return describe(range); });
    connect(m_map, &ClusterMapView::hoveredText, this, &ServeLivePanel::hoveredText);
    connect(m_files, &FileTreeView::hoveredText, this, &ServeLivePanel::hoveredText);
    connect(m_pace, &SegmentedControl::currentChanged, this,
            [this](int index) { m_document.setPace(static_cast<serve::Pace>(index)); });
    connect(&m_document, &ServeDocument::contentChanged, this, &ServeLivePanel::showContent);
    connect(&m_document, &ServeDocument::glowChanged, this, &ServeLivePanel::followGlow);
    connect(&m_document, &ServeDocument::sampled, this, &ServeLivePanel::followSample);
    connect(&m_document, &ServeDocument::stateChanged, this, &ServeLivePanel::followState);
    connect(&m_document, &ServeDocument::readingChanged, this, &ServeLivePanel::followState);
    connect(&m_document.timeline(), &ServeTimeline::momentChanged, this,
            &ServeLivePanel::followState);
    connect(&m_document.timeline(), &ServeTimeline::momentChanged, this,
            &ServeLivePanel::followGlow);
    connect(m_live, &QPushButton::clicked, &m_document.timeline(), &ServeTimeline::goLive);
}

void ServeLivePanel::showContent()
{
    const SharedContent& content = m_document.content();
    followState();
    if (!content) {
        m_cells.abandon();
        m_shown.reset();
        m_stack->setCurrentIndex(0);
        return;
    }
    m_cells.start(
        [usage = content->usage](const JobControl&) -> Result<std::shared_ptr<const MapCells>> {
            return MapCells::make(usage);
        },
        [this, content](Result<std::shared_ptr<const MapCells>> cells) {
            m_shown = content;
            showCells(std::move(*cells));
        });
}

void ServeLivePanel::showCells(std::shared_ptr<const MapCells> cells)
{
    m_map->setCells(std::move(cells));
    m_files->setTree(m_shown->tree);
    m_stack->setCurrentIndex(1);
    followGlow();
    followSample();
}

QString ServeLivePanel::caption() const
{
    return m_caption->text();
}

bool ServeLivePanel::isSettled() const
{
    return !m_document.isReading() && !m_cells.isRunning() && m_shown == m_document.content();
}

void ServeLivePanel::followState()
{
    const bool isServing = m_document.state() == ServeDocument::State::Serving;
    const ServeTimeline& timeline = m_document.timeline();
    const bool isPast = timeline.moment().has_value();
    m_caption->setText(isPast      ? tr("The disk as it was: %1").arg(timeline.placeText())
                       : isServing ? tr("The disk as guests have it")
                                   : tr("The disk as it will be served"));
    m_caption->setToken(isPast ? Token::Accent : Token::Muted);
    m_live->setVisible(isPast);
    m_pace->setEnabled(isServing && !isPast);
    m_follows->setEnabled(isServing && !isPast);
    const auto& error = m_document.contentError();
    m_nothing->setText(error ? tr("There is no map: %1").arg(errorWords(*error).sentence)
                             : tr("Reading the disk…"));
}

void ServeLivePanel::followGlow()
{
    const auto& glow = m_document.glow();
    const bool isLive = !m_document.timeline().moment();
    m_map->setGlow(isLive ? glow : nullptr, m_shown ? m_shown->image.volumeOffset : 0);
    const double lag = glow ? static_cast<double>(glow->lagNs) / nsPerSecond : 0;
    m_lag->setText(m_document.pace() == serve::Pace::Frozen ? tr("Frozen")
                   : m_document.pace() == serve::Pace::Slow && lag >= 0.1
                       ? tr("%1 s behind").arg(lag, 0, 'f', 1)
                       : QString());
    if (!m_follows->isChecked() || !glow || !isLive)
        return;
    if (m_lastFollow.isValid() && m_lastFollow.elapsed() < followMs)
        return;
    m_lastFollow.start();
    m_map->followGlow();
}

void ServeLivePanel::followSample()
{
    m_files->model()->setTraffic(m_document.sample()->traffic);
}

void ServeLivePanel::askWrites()
{
    const auto& cells = m_map->cells();
    const auto cell = m_map->cursorCell();
    if (cells && cell)
        Q_EMIT writesRequested(cells->clusterOfCell(*cell));
}

QString ServeLivePanel::describe(CellRange range) const
{
    const auto& cells = m_map->cells();
    if (!m_shown || !cells)
        return {};
    QString sentence = describeCells(*m_shown, *cells, range);
    const fat::UsageRun* const run = cells->runOfCell(range.first);
    if (run == nullptr || run->owner == fat::noOwner)
        return sentence;
    const QString traffic = trafficText(m_files->model()->trafficOf(run->owner));
    return traffic.isEmpty() ? sentence
                             : tr("%1; of the file guests have %2").arg(sentence, traffic);
}

} // namespace fatlas::ui
