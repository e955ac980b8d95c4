#include "ui/views/compare_map_view.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace fatlas::ui {

CompareMapView::CompareMapView(Focus& focus, Explain explain, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_explain(std::move(explain)),
      m_stack(new QStackedWidget(this)), m_nothing(new ThemedLabel({}, Token::Muted, this)),
      m_map(new ClusterMapView(this)), m_overview(new MapOverview(this)),
      m_legend(new MapLegend(this)), m_left(new ElidedLabel({}, Qt::ElideMiddle, this)),
      m_right(new ElidedLabel({}, Qt::ElideMiddle, this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_nothing->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_nothing->setMargin(spacing(3));
    m_nothing->setWordWrap(true);
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(makeMap());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_map->setAccessibleName(tr("Clusters of both volumes"));
    m_map->setDescriber([this](CellRange cells) { return sentenceAbout(cells); });
    m_map->setFocus(&focus);
    m_overview->setMap(m_map);
    m_legend->setMap(m_map);
    connect(m_map, &ClusterMapView::hoveredText, this, &CompareMapView::hoveredText);
    connect(m_map, &ClusterMapView::cursorMoved, this, [this](std::uint64_t cell) {
        if (m_map->cells())
            choose(m_map->cells()->clusterOfCell(cell));
    });
    connect(&focus, &Focus::changed, this, &CompareMapView::follow);
    setComparison(nullptr);
}

CompareMapView::~CompareMapView()
{
    m_map->setFocus(static_cast<Focus*>(nullptr));
}

QWidget* CompareMapView::makeMap()
{
    auto* part = new QWidget(m_stack);
    auto* zoom = new MapZoomBar(part);
    zoom->setMap(m_map);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_legend, 1);
    bar->addWidget(zoom, 0, Qt::AlignTop);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(spacing(3));
    middle->addWidget(m_map, 1);
    middle->addWidget(m_overview);
    auto* sides = new QGridLayout;
    sides->setHorizontalSpacing(spacing(3));
    sides->setVerticalSpacing(spacing(1));
    sides->addWidget(new SectionLabel(tr("Left"), part), 0, 0);
    sides->addWidget(m_left, 0, 1);
    sides->addWidget(new SectionLabel(tr("Right"), part), 1, 0);
    sides->addWidget(m_right, 1, 1);
    sides->setColumnStretch(1, 1);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    layout->setSpacing(spacing(2));
    layout->addLayout(bar);
    layout->addLayout(middle, 1);
    layout->addLayout(sides);
    return part;
}

QString CompareMapView::leftText() const
{
    return m_left->text();
}

QString CompareMapView::rightText() const
{
    return m_right->text();
}

void CompareMapView::setComparison(std::shared_ptr<const Comparison> comparison)
{
    m_making.abandon();
    m_comparison = std::move(comparison);
    choose(std::nullopt);
    m_nothing->setText(!m_comparison
                           ? tr("Clusters are shown here once two volumes are compared.")
                           : tr("Clusters cannot be compared one by one: %1. Files and fields are "
                                "compared all the same.")
                                 .arg(shown(m_comparison->clusters.skipped)));
    if (!m_comparison || !m_comparison->clusters.skipped.empty())
        return m_stack->setCurrentIndex(0);
    m_making.start(
        [comparison = m_comparison](const JobControl&) -> Result<Picture> {
            auto cells = MapCells::make(comparison->left->usage);
            auto colouring = colourComparison(*cells, comparison->clusters.runs);
            return Picture{.cells = std::move(cells), .colouring = std::move(colouring)};
        },
        [this](const Result<Picture>& picture) { show(*picture); });
}

void CompareMapView::show(const Picture& picture)
{
    m_map->setCells(picture.cells);
    m_map->setColouring(picture.colouring);
    m_stack->setCurrentIndex(1);
}

/// The map adds how they compare.
QString CompareMapView::sentenceAbout(CellRange range) const
{
    const auto& cells = m_map->cells();
    if (!m_comparison || !cells)
        return {};
    const auto first = cells->clusterOfCell(range.first);
    if (!first)
        return tr("Boot sector, FATs and root directory");
    if (range.count > 1)
        return tr("Clusters %1 to %2")
            .arg(countText(first->value), countText(first->value + range.count - 1));
    return tr("Cluster %1. Left: %2 Right: %3")
        .arg(countText(first->value), m_explain(*m_comparison->left, *first),
             m_explain(*m_comparison->right, *first));
}

void CompareMapView::follow()
{
    if (const auto& cluster = m_focus.selection().cluster)
        choose(cluster);
}

/// What it is, on each side.
void CompareMapView::choose(std::optional<Cluster> cluster)
{
    const bool isKnown = m_comparison && m_comparison->clusters.skipped.empty() && cluster &&
                         m_comparison->left->geometry().isData(*cluster);
    const QString hint = tr("Choose a cluster to see what it is on each side");
    m_left->setText(isKnown ? m_explain(*m_comparison->left, *cluster) : hint);
    m_right->setText(isKnown ? m_explain(*m_comparison->right, *cluster) : QString());
    for (ElidedLabel* label : {m_left, m_right})
        label->setToken(isKnown ? Token::Text : Token::Muted);
    const bool isAnother = m_cluster != cluster;
    m_cluster = cluster;
    if (isKnown && isAnother)
        Q_EMIT clusterChosen(*cluster);
}

} // namespace fatlas::ui
