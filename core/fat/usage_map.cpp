#include "core/fat/usage_map.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fatlas::fat {
namespace {

/// Whether `next` goes on where `run` ends, in the same state and the same owner's chain.
bool continues(const UsageRun& run, const UsageRun& next)
{
    return run.end() == next.first && run.state == next.state && run.owner == next.owner &&
           (run.owner == noOwner || run.part + run.count == next.part);
}

/// Builds the ordered, gap-free cover out of ordered runs.
class RunBuilder {
public:
    explicit RunBuilder(const Geometry& geometry) : m_end(geometry.endCluster()) {}

    void add(UsageRun run)
    {
        if (run.first < m_at)
            cutFront(run, m_at - run.first);
        if (run.count == 0 || run.first >= m_end)
            return;
        run.count = std::min(run.count, m_end - run.first);
        fillTo(run.first);
        append(run);
    }

    std::vector<UsageRun> finish()
    {
        fillTo(m_end);
        return std::move(m_runs);
    }

private:
    static void cutFront(UsageRun& run, std::uint32_t clusters)
    {
        const std::uint32_t cut = std::min(clusters, run.count);
        run.first = run.first + cut;
        run.count -= cut;
        run.part += cut;
    }

    void fillTo(Cluster cluster)
    {
        if (m_at < cluster)
            append({.first = m_at, .count = cluster - m_at});
    }

    void append(const UsageRun& run)
    {
        if (!m_runs.empty() && continues(m_runs.back(), run))
            m_runs.back().count += run.count;
        else
            m_runs.push_back(run);
        m_at = run.end();
    }

    Cluster m_end;
    Cluster m_at{2};
    std::vector<UsageRun> m_runs;
};

} // namespace

UsageMap::UsageMap(const Geometry& geometry, std::vector<UsageRun> runs) : m_geometry(geometry)
{
    if (!std::ranges::is_sorted(runs, {}, &UsageRun::first))
        std::ranges::sort(runs, {}, [](const UsageRun& r) { return std::pair(r.first, r.owner); });
    RunBuilder builder(geometry);
    for (const UsageRun& run : runs)
        builder.add(run);
    m_runs = builder.finish();
    m_runs.shrink_to_fit();
    countStates();
}

std::shared_ptr<const UsageMap>
UsageMap::fromCover(const Geometry& geometry, std::vector<UsageRun> runs, const Counts& counts)
{
    assert(!runs.empty() && runs.front().first == Cluster{2} &&
           runs.back().end() == geometry.endCluster());
    std::shared_ptr<UsageMap> map(new UsageMap(geometry));
    map->m_runs = std::move(runs);
    map->m_counts = counts;
    return map;
}

void UsageMap::countStates()
{
    for (const UsageRun& run : m_runs)
        m_counts[static_cast<std::size_t>(run.state)] += run.count;
}

const UsageRun& UsageMap::at(Cluster cluster) const
{
    assert(m_geometry.isData(cluster));
    return *std::prev(std::ranges::upper_bound(m_runs, cluster, {}, &UsageRun::first));
}

ClusterState UsageMap::worst(ClusterRange range) const
{
    ClusterState worst = ClusterState::Free;
    auto run = std::ranges::upper_bound(m_runs, range.first, {}, &UsageRun::first);
    if (run != m_runs.begin())
        --run;
    for (; run != m_runs.end() && run->first < range.end(); ++run)
        worst = std::max(worst, run->state);
    return worst;
}

} // namespace fatlas::fat
