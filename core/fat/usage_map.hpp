/// What every cluster of a volume is used for, as runs, and who owns it.
///
/// Shape:      runs are ordered, gap-free from cluster 2 to the end of the volume; memory is
///             proportional to the number of runs, never to the number of clusters.
/// Units:      clusters; systemSize in bytes (everything before the data area).
/// Invariants: neighbouring runs differ in state or owner or are not consecutive parts of it;
///             counts sum up to clusterCount. Of clusters that nobody owns at most
///             maxOwnerless runs are told apart: then neighbouring ones, and free ones between
///             them, become one run of the most important state; the counts stay exact.
/// Threads:    immutable; shared as std::shared_ptr<const UsageMap>.
#pragma once

#include "core/base/units.hpp"
#include "core/fat/geometry.hpp"
#include "core/fat/tree.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace fatlas::fat {

/// In the order of importance: when several share a cell, the last one here wins.
enum class ClusterState : std::uint8_t {
    Free,
    File,
    Directory,
    System, ///< FAT32 reserved values
    Lost,   ///< allocated, owned by nobody
    Bad,
    CrossLinked, ///< owned twice
};

inline constexpr std::size_t clusterStateCount = 7;
inline constexpr std::uint32_t noOwner = UINT32_MAX;

struct UsageRun {
    Cluster first;
    std::uint32_t count = 0;
    std::uint32_t owner = noOwner; ///< index into the tree (or plan) the map was made from
    std::uint32_t part = 0;        ///< which cluster of the owner's chain `first` is, from 0
    ClusterState state = ClusterState::Free;

    [[nodiscard]] Cluster end() const { return first + count; }
};

class UsageMap {
public:
    using Counts = std::array<std::uint64_t, clusterStateCount>;

    static constexpr std::size_t maxOwnerless = 4'000'000; ///< 80 MB

    /// `runs` as above, but gaps are allowed and become Free.
    UsageMap(const Geometry& geometry, std::vector<UsageRun> runs);

    /// Takes runs that keep the invariants already, without another copy of them.
    [[nodiscard]] static std::shared_ptr<const UsageMap>
    fromCover(const Geometry& geometry, std::vector<UsageRun> runs, const Counts& counts);

    [[nodiscard]] const Geometry& geometry() const noexcept { return m_geometry; }

    [[nodiscard]] const std::vector<UsageRun>& runs() const noexcept { return m_runs; }

    [[nodiscard]] std::uint64_t count(ClusterState state) const
    {
        return m_counts[static_cast<std::size_t>(state)];
    }

    /// The run that holds `cluster`, which must be a data cluster. O(log runs).
    [[nodiscard]] const UsageRun& at(Cluster cluster) const;
    /// The most important state in a range of data clusters.
    [[nodiscard]] ClusterState worst(ClusterRange range) const;

private:
    explicit UsageMap(const Geometry& geometry) : m_geometry(geometry) {}

    void countStates();

    Geometry m_geometry;
    std::vector<UsageRun> m_runs;
    Counts m_counts{};
};

/// Walks the whole first FAT and the tree's chains. Progress in clusters.
[[nodiscard]] Result<std::shared_ptr<const UsageMap>>
mapUsage(const Volume& volume, const Tree& tree, const JobControl& job = {});

} // namespace fatlas::fat
