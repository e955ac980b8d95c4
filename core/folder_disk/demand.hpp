/// How many clusters a draft takes, for every cluster size there is, counted in one pass.
///
/// Units:   cluster sizes in bytes, from 512 to fat::maxClusterSize.
/// Threads: pure.
#pragma once

#include "core/fat/plan_geometry.hpp"
#include "core/folder_disk/plan.hpp"

#include <array>
#include <span>

namespace fatlas::folder_disk {

class Demand {
public:
    explicit Demand(std::span<const Entry> entries);

    /// FAT32 keeps its root in clusters too.
    [[nodiscard]] std::uint64_t clusters(std::uint32_t clusterSize, fat::FatType type) const;

    /// Of the root directory, with the label.
    [[nodiscard]] std::uint32_t rootSlots() const noexcept { return m_rootSlots; }

    [[nodiscard]] bool fits(const fat::Geometry& geometry) const;

private:
    static constexpr std::size_t sizeCount = 8;
    static_assert(512U << (sizeCount - 1) == fat::maxClusterSize);

    std::array<std::uint64_t, sizeCount> m_clusters{}; ///< without the root
    std::uint32_t m_rootSlots = 0;
};

/// Of one file or folder; a folder has at least one, an empty file none. A fixed root has none.
[[nodiscard]] std::uint64_t clustersOf(const Entry& entry, std::uint32_t clusterSize);

} // namespace fatlas::folder_disk
