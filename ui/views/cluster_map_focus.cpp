// The cluster map and Focus: what it publishes, how it follows.
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"

#include <algorithm>

namespace fatlas::ui {

FocusTarget ClusterMapView::targetOf(std::uint64_t cell) const
{
    FocusTarget target;
    if (!m_cells)
        return target;
    target.cluster = m_cells->clusterOfCell(cell);
    const fat::UsageRun* run = m_cells->runOfCell(cell);
    if (run && run->owner != fat::noOwner) {
        target.node = run->owner;
        target.runs = m_cells->runsOfOwner(run->owner);
    }
    return target;
}

/// As targetOf(), but the runs of an owner are not gathered anew for each of its cells.
FocusTarget ClusterMapView::hoverTargetOf(std::uint64_t cell) const
{
    const fat::UsageRun* run = m_cells->runOfCell(cell);
    if (!run || run->owner == fat::noOwner || m_focus->hover().node != run->owner)
        return targetOf(cell);
    FocusTarget target = m_focus->hover();
    target.cluster = m_cells->clusterOfCell(cell);
    return target;
}

void ClusterMapView::selectCell(std::uint64_t cell)
{
    setCursorCell(cell);
    if (!m_focus)
        return;
    m_publishing = true;
    m_focus->select(targetOf(cell));
    m_publishing = false;
}

/// Without the system area, which has no clusters.
std::vector<ClusterRange> ClusterMapView::clustersOf(const std::vector<CellRange>& cells) const
{
    std::vector<ClusterRange> clusters;
    if (!m_cells)
        return clusters;
    for (const CellRange& range : cells) {
        const std::uint64_t first = std::max(range.first, m_cells->systemCellCount());
        const auto cluster = m_cells->clusterOfCell(first);
        if (cluster && first < range.end())
            clusters.push_back({*cluster, static_cast<std::uint32_t>(range.end() - first)});
    }
    return clusters;
}

void ClusterMapView::selectCells(const std::vector<CellRange>& cells)
{
    const std::vector<ClusterRange> clusters = clustersOf(cells);
    if (!m_focus || clusters.empty())
        return;
    m_publishing = true;
    m_focus->select({.runs = clusters});
    m_publishing = false;
}

QString ClusterMapView::sumWords(const std::vector<CellRange>& cells) const
{
    std::uint64_t count = 0;
    for (const ClusterRange& range : clustersOf(cells))
        count += range.count;
    if (!m_cells)
        return {};
    return tr("%1, %2").arg(countText(count, "cluster", "clusters"),
                            sizeText(count * m_cells->map().geometry().clusterSize()));
}

void ClusterMapView::hoverCell(std::optional<std::uint64_t> cell)
{
    if (m_focus)
        m_focus->setHover(cell && m_cells ? hoverTargetOf(*cell) : FocusTarget{});
}

void ClusterMapView::selectCluster(Cluster cluster)
{
    const auto cell = m_cells->cellOfCluster(cluster);
    if (!cell)
        return;
    scrollToCell(*cell);
    setCursorCell(*cell);
    if (!m_focus)
        return;
    m_publishing = true;
    m_focus->moveTo(cluster);
    m_publishing = false;
}

void ClusterMapView::followFocus()
{
    if (!m_cells || !m_focus)
        return;
    const FocusTarget& target = m_focus->selection();
    if (target.runs != m_selection.chain)
        m_selection = MapSelection::make(*m_cells, target.runs);
    update();
    if (m_publishing)
        return;
    std::optional<std::uint64_t> cell;
    if (target.cluster)
        cell = m_cells->cellOfCluster(*target.cluster);
    else if (!m_selection.chain.empty())
        cell = m_cells->cellOfCluster(m_selection.chain.front().first);
    if (!cell)
        return;
    putCursor(*cell);
    const CellRange visible = visibleCells();
    const bool anyVisible = std::ranges::any_of(m_selection.places, [&](const CellRange& place) {
        return place.first < visible.end() && visible.first < place.end();
    });
    if (target.cluster || !anyVisible)
        scrollToCell(*cell);
}

void ClusterMapView::followHover()
{
    if (!m_cells || !m_focus)
        return;
    const FocusTarget& target = m_focus->hover();
    if (target.runs != m_hoverChain.chain) {
        m_hoverChain = MapSelection::make(*m_cells, target.runs);
        update();
    }
}

} // namespace fatlas::ui
