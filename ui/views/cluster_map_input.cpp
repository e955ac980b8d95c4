// The keys of chains on the cluster map.
#include "ui/views/cluster_map_view.hpp"

#include <QKeyEvent>

#include <algorithm>

namespace fatlas::ui {

namespace {

/// Where a cluster stands in a chain.
struct ChainPlace {
    std::size_t run = 0;
    std::uint32_t inRun = 0;
};

std::optional<ChainPlace> findInChain(const std::vector<ClusterRange>& runs, Cluster cluster)
{
    const auto found = std::ranges::find_if(
        runs, [cluster](const ClusterRange& run) { return run.contains(cluster); });
    if (found == runs.end())
        return std::nullopt;
    return ChainPlace{static_cast<std::size_t>(found - runs.begin()), cluster - found->first};
}

std::optional<Cluster> neighbourCluster(const std::vector<ClusterRange>& runs, ChainPlace at,
                                        int direction)
{
    const ClusterRange& run = runs[at.run];
    if (direction > 0 && at.inRun + 1 < run.count)
        return run.first + (at.inRun + 1);
    if (direction < 0 && at.inRun > 0)
        return run.first + (at.inRun - 1);
    if (direction > 0)
        return at.run + 1 < runs.size() ? std::optional(runs[at.run + 1].first) : std::nullopt;
    return at.run > 0 ? std::optional(runs[at.run - 1].end() - 1) : std::nullopt;
}

std::optional<Cluster> neighbourFragment(const std::vector<ClusterRange>& runs, ChainPlace at,
                                         int direction)
{
    if (direction > 0)
        return at.run + 1 < runs.size() ? std::optional(runs[at.run + 1].first) : std::nullopt;
    if (at.inRun > 0) // first back to the start of this one
        return runs[at.run].first;
    return at.run > 0 ? std::optional(runs[at.run - 1].first) : std::nullopt;
}

} // namespace

bool ClusterMapView::takeKey(const QKeyEvent& event)
{
    const bool shift = event.modifiers() & Qt::ShiftModifier;
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier))
        return false;
    const Step step = shift ? Step::Fragment : Step::Cluster;
    switch (event.key()) {
    case Qt::Key_N: stepChain(step, 1); return true;
    case Qt::Key_P: stepChain(step, -1); return true;
    case Qt::Key_Home:
    case Qt::Key_End:
        if (m_selection.chain.empty())
            return false;
        goToChainEnd(event.key() == Qt::Key_Home ? -1 : 1);
        return true;
    default: return false;
    }
}

void ClusterMapView::stepChain(Step step, int direction)
{
    if (m_selection.chain.empty()) {
        if (const auto cell = cursorCell())
            selectCell(*cell);
        return;
    }
    std::optional<Cluster> now = m_focus ? m_focus->selection().cluster : std::nullopt;
    if (const auto cell = cursorCell(); !now && cell)
        now = m_cells->clusterOfCell(*cell);
    const auto place = now ? findInChain(m_selection.chain, *now) : std::nullopt;
    if (!place)
        return selectCluster(m_selection.chain.front().first);
    const auto next = step == Step::Cluster
                          ? neighbourCluster(m_selection.chain, *place, direction)
                          : neighbourFragment(m_selection.chain, *place, direction);
    if (next)
        selectCluster(*next);
}

void ClusterMapView::goToChainEnd(int direction)
{
    const auto& chain = m_selection.chain;
    selectCluster(direction < 0 ? chain.front().first : chain.back().end() - 1);
}

} // namespace fatlas::ui
