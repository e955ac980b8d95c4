#include "core/fat/usage_cover.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::fat {
namespace {

/// In the same state, and in the same owner's chain.
bool goesOn(const UsageRun& last, const UsageRun& next)
{
    const bool sameChain = last.owner == noOwner || last.part + last.count == next.part;
    return last.end() == next.first && last.state == next.state && last.owner == next.owner &&
           sameChain;
}

} // namespace

UsageCover::UsageCover(const Geometry& geometry, std::vector<UsageRun> owned,
                       std::size_t expectedRuns)
    : m_geometry(geometry), m_owned(std::move(owned))
{
    m_runs.reserve(2 * std::max(m_owned.size(), expectedRuns) + 1);
}

void UsageCover::takeBad(ClusterRange range)
{
    append({.first = range.first, .count = range.count, .state = ClusterState::Bad});
}

void UsageCover::takeUsed(ClusterRange range, ClusterState withoutOwner)
{
    for (Cluster at = range.first; at < range.end();) {
        UsageRun run{.first = at, .state = withoutOwner};
        Cluster end = range.end();
        if (const UsageRun* const owner = ownerOf(at)) {
            end = std::min(end, owner->end());
            run.owner = owner->owner;
            run.part = owner->part + (at - owner->first);
            run.state = owner->state;
        } else {
            end = nextOwnerOr(end);
        }
        run.count = end - at;
        append(run);
        at = end;
    }
}

std::shared_ptr<const UsageMap> UsageCover::finish()
{
    fillTo(m_geometry.endCluster());
    return UsageMap::fromCover(m_geometry, std::move(m_runs), m_counts);
}

const UsageRun* UsageCover::ownerOf(Cluster cluster)
{
    while (m_nextOwned < m_owned.size() && m_owned[m_nextOwned].end() <= cluster)
        ++m_nextOwned;
    if (m_nextOwned == m_owned.size() || cluster < m_owned[m_nextOwned].first)
        return nullptr;
    return &m_owned[m_nextOwned];
}

/// After ownerOf() found none.
Cluster UsageCover::nextOwnerOr(Cluster end) const
{
    return m_nextOwned == m_owned.size() ? end : std::min(end, m_owned[m_nextOwned].first);
}

void UsageCover::count(ClusterState state, std::uint32_t clusters)
{
    m_counts[static_cast<std::size_t>(state)] += clusters;
}

void UsageCover::fillTo(Cluster cluster)
{
    if (m_at < cluster) {
        m_runs.push_back({.first = m_at, .count = cluster - m_at});
        count(ClusterState::Free, cluster - m_at);
    }
    m_at = cluster;
}

/// There are too many to tell the next one from the last, which nobody owns either.
bool UsageCover::isCoarse(const UsageRun& next) const
{
    return m_ownerless >= UsageMap::maxOwnerless && next.owner == noOwner &&
           m_runs.back().owner == noOwner && m_runs.back().state != ClusterState::Free;
}

void UsageCover::append(const UsageRun& run)
{
    if (isCoarse(run)) {
        UsageRun& last = m_runs.back();
        count(ClusterState::Free, run.first - m_at);
        last.count = run.end() - last.first;
        last.state = std::max(last.state, run.state);
    } else {
        fillTo(run.first);
        if (m_runs.empty() || !goesOn(m_runs.back(), run)) {
            m_runs.push_back(run);
            m_ownerless += run.owner == noOwner ? 1 : 0;
        } else {
            m_runs.back().count += run.count;
        }
    }
    count(run.state, run.count);
    m_at = run.end();
}

} // namespace fatlas::fat
