/// The cluster level of a diff: which clusters hold the same on both sides.
///
/// Clusters are compared by number, so only volumes with as many clusters of the same size are.
/// What no file uses on either side is not read, nor what is a hole on both.
///
/// Units:   clusters. Progress in bytes of what both sides use.
/// Shape:   runs are ordered and gap-free from cluster 2 to the end; beyond maxRuns neighbours
/// become
///          one run of the most important kind, so that none is left out; the counts stay exact.
/// Errors:  Cancelled. A cluster that cannot be read on one side counts as different.
/// Threads: blocking; the result is immutable.
#pragma once

#include "core/fat/usage_map.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::fat {

struct ClusterDiffSide {
    std::shared_ptr<const Volume> volume;
    std::shared_ptr<const UsageMap> usage;
};

/// In the order of importance: where several share a place, the last one here wins.
enum class ClusterDifference : std::uint8_t {
    Free, ///< on both sides
    Same, ///< in use on both sides, the same bytes
    OnlyAfter,
    OnlyBefore,
    Content, ///< in use on both sides, other bytes
};

inline constexpr std::size_t clusterDifferenceCount = 5;

struct ClusterDiffRun {
    ClusterRange clusters;
    ClusterDifference kind = ClusterDifference::Free;

    bool operator==(const ClusterDiffRun&) const = default;
};

struct ClusterDiff {
    static constexpr std::size_t maxRuns = 4'000'000;

    std::string skipped; ///< why clusters are not compared; empty when they are
    std::vector<ClusterDiffRun> runs;
    std::array<std::uint64_t, clusterDifferenceCount> counts{};

    [[nodiscard]] std::uint64_t count(ClusterDifference kind) const
    {
        return counts[static_cast<std::size_t>(kind)];
    }
};

/// Why clusters, and FAT entries, of two volumes have nothing to do with each other; empty: they
/// have.
[[nodiscard]] std::string whyClustersDoNotMatch(const Geometry& before, const Geometry& after);

[[nodiscard]] Result<ClusterDiff> diffClusters(const ClusterDiffSide& before,
                                               const ClusterDiffSide& after,
                                               const JobControl& job = {});

} // namespace fatlas::fat
