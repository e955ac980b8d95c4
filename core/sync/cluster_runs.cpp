#include "core/sync/cluster_runs.hpp"

#include <algorithm>

namespace fatlas::sync {

const fat::UsageRun* findRun(std::span<const fat::UsageRun> ordered, Cluster cluster)
{
    const auto after = std::ranges::upper_bound(ordered, cluster, {}, &fat::UsageRun::first);
    if (after == ordered.begin())
        return nullptr;
    const fat::UsageRun& run = *std::prev(after);
    return cluster < run.end() ? &run : nullptr;
}

bool touchesAny(std::span<const ClusterRange> ordered, const ClusterRange& run)
{
    const auto found = std::ranges::upper_bound(
        ordered, run.first, {}, [](const ClusterRange& range) { return range.end(); });
    return found != ordered.end() && found->first < run.end();
}

} // namespace fatlas::sync
