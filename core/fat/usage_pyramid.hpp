/// A usage map summed up, so that any zoom of it is answered at once and hides nothing.
///
/// Answers for any range of clusters which states and findings are in it (a bit each) and how many
/// clusters of each state. The masks are exact: a bit is set if, and only if, the range holds such
/// a cluster, however far the range reaches.
///
/// Units:    clusters.
/// Shape:    tiles of at most about a millionth of the volume, summed up by eights, and sums for
///           each 64 runs: at most 8 MiB, and half a byte for each run of the map.
/// Threads:  immutable; shared as std::shared_ptr<const UsagePyramid>. Build it on a worker.
/// Lifetime: holds the map.
#pragma once

#include "core/base/job_control.hpp"
#include "core/fat/usage_map.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace fatlas::fat {

/// A bit for each ClusterState that is there, and one for findings.
using StateBits = std::uint8_t;

[[nodiscard]] constexpr StateBits stateBit(ClusterState state) noexcept
{
    return static_cast<StateBits>(1U << static_cast<unsigned>(state));
}

/// Above every state: what a person must not overlook.
inline constexpr StateBits findingBit = 0x80;
static_assert(stateBit(static_cast<ClusterState>(clusterStateCount - 1)) < findingBit);

/// The most important state in `bits`, findings apart; Free when there is none.
[[nodiscard]] ClusterState worstState(StateBits bits) noexcept;

/// Clusters of each state in a range, by ClusterState.
using StateCounts = std::array<std::uint64_t, clusterStateCount>;

class UsagePyramid {
public:
    /// `findings`: clusters that something is wrong with, in any order, overlapping or not; those
    /// outside the volume are left out. Progress in runs. Cancelled.
    [[nodiscard]] static Result<std::shared_ptr<const UsagePyramid>>
    build(std::shared_ptr<const UsageMap> map, std::vector<ClusterRange> findings,
          const JobControl& job = {});

    [[nodiscard]] const std::shared_ptr<const UsageMap>& map() const noexcept { return m_map; }

    /// Ordered and disjoint.
    [[nodiscard]] std::span<const ClusterRange> findings() const noexcept { return m_findings; }

    /// What a range holds; what of it lies outside the volume counts for nothing. O(log clusters).
    [[nodiscard]] StateBits statesIn(ClusterRange range) const;
    /// What each of out.size() cells of `clustersPerCell` clusters from `first` on holds; 0 for
    /// cells behind the last cluster. O(cells), and never more than O(cells x log clusters).
    void fillCells(Cluster first, std::uint32_t clustersPerCell, std::span<StateBits> out) const;

    /// O(log runs).
    [[nodiscard]] StateCounts countsIn(ClusterRange range) const;
    [[nodiscard]] std::uint64_t findingCountIn(ClusterRange range) const;

    /// Which of map().runs() holds a data cluster.
    [[nodiscard]] std::size_t runIndexOf(Cluster cluster) const;

private:
    UsagePyramid(std::shared_ptr<const UsageMap> map, std::vector<ClusterRange> findings);

    [[nodiscard]] Result<> sumRuns(const JobControl& job);
    void sumFindings();
    void sumTiles();

    /// [first, end) inside the volume, counted from cluster 2.
    struct Span {
        std::uint32_t first = 0;
        std::uint32_t end = 0;
    };

    [[nodiscard]] Span clip(ClusterRange range) const noexcept;
    [[nodiscard]] StateBits bitsOf(Span span) const;
    [[nodiscard]] StateBits bitsInTile(std::uint32_t tile, Span span) const;
    [[nodiscard]] StateBits bitsOfTiles(std::size_t first, std::size_t end) const;
    [[nodiscard]] bool hasFinding(Span span) const;
    [[nodiscard]] std::size_t runAt(std::uint32_t position) const;
    [[nodiscard]] StateCounts countsBefore(std::uint32_t position) const;
    [[nodiscard]] std::uint64_t findingsBefore(std::uint32_t position) const;

    std::shared_ptr<const UsageMap> m_map;
    std::vector<ClusterRange> m_findings;
    std::vector<std::uint64_t> m_findingsBefore; ///< clusters in the ranges before each
    unsigned m_tileShift = 0;                    ///< a tile has 1 << m_tileShift clusters
    std::vector<std::uint32_t> m_firstRunOfTile;
    std::vector<std::vector<StateBits>> m_levels; ///< tiles, then eight of the level below each
    std::vector<std::array<std::uint32_t, clusterStateCount>> m_countsBefore; ///< each 64 runs
};

} // namespace fatlas::fat
