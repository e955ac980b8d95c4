/// Internal to planRepair(): changes entries of the FAT, in all its copies.
///
/// Units:  cluster numbers.
/// Errors: those of the device; OutOfRange for entries that the FAT does not have.
#pragma once

#include "core/fat/repair/repair_session.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::fat {

class FatEditor {
public:
    explicit FatEditor(RepairSession& session);

    /// As it is now, after the changes that were made.
    [[nodiscard]] Result<FatEntry> entry(Cluster cluster) const;
    [[nodiscard]] Result<> set(Cluster cluster, std::uint32_t raw);
    [[nodiscard]] Result<> setEnd(Cluster cluster);

    [[nodiscard]] Result<> setFree(Cluster cluster) { return set(cluster, 0); }

    [[nodiscard]] Result<> setFree(ClusterRange clusters);

    /// A free cluster that was not handed out before; nothing when the volume is full. It stays
    /// free until it is set.
    [[nodiscard]] Result<std::optional<Cluster>> takeFree();

private:
    struct Place {
        std::uint64_t offset = 0; ///< in one FAT
        std::size_t size = 0;
        Cluster cluster; ///< counted from `offset`
    };

    [[nodiscard]] Result<Place> place(Cluster cluster) const;

    RepairSession& m_session;
    Geometry m_geometry;
    std::uint32_t m_copy = 0;
    Cluster m_nextFree{2};
};

/// The last cluster of runs that are not empty.
[[nodiscard]] Cluster lastOf(std::span<const ClusterRange> runs);
/// The cluster at place `index` of a chain; `index` is less than the number of its clusters.
[[nodiscard]] Cluster clusterAt(std::span<const ClusterRange> runs, std::uint32_t index);

} // namespace fatlas::fat
