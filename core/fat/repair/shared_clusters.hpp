/// Internal to planRepair(): which clusters more than one file or folder claims.
#pragma once

#include "core/fat/owned_runs.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace fatlas::fat {

class SharedClusters {
public:
    [[nodiscard]] static Result<SharedClusters> find(const Tree& tree, const JobControl& job)
    {
        FATLAS_ASSIGN(std::vector<UsageRun> runs, ownedRuns(tree, job));
        std::erase_if(runs,
                      [](const UsageRun& run) { return run.state != ClusterState::CrossLinked; });
        SharedClusters shared;
        shared.m_runs = std::move(runs);
        return shared;
    }

    [[nodiscard]] bool empty() const { return m_runs.empty(); }

    [[nodiscard]] bool contains(Cluster cluster) const
    {
        const auto after = std::ranges::upper_bound(m_runs, cluster, {}, &UsageRun::first);
        return after != m_runs.begin() && cluster < std::prev(after)->end();
    }

    /// Whether any cluster of a chain is shared.
    [[nodiscard]] bool touchesAny(std::span<const ClusterRange> runs) const
    {
        return std::ranges::any_of(runs, [this](ClusterRange run) { return touches(run); });
    }

    /// Whether any cluster of the range is shared.
    [[nodiscard]] bool touches(ClusterRange range) const
    {
        const auto after = std::ranges::lower_bound(m_runs, range.end(), {}, &UsageRun::first);
        return after != m_runs.begin() && std::prev(after)->end() > range.first;
    }

private:
    std::vector<UsageRun> m_runs; ///< ordered
};

} // namespace fatlas::fat
