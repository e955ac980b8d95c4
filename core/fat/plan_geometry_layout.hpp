/// Internal to the geometry planner: one volume laid out for one type and one cluster size.
///
/// Units:  sectors of the request's bytesPerSector.
/// Shape:  rules G1.. in FORMAT.md.
#pragma once

#include "core/fat/plan_geometry.hpp"

namespace fatlas::fat::planning {

struct Layout {
    std::uint32_t sectorsPerCluster = 1;
    std::uint64_t reservedSectors = 0;
    std::uint64_t sectorsPerFat = 0;
    std::uint64_t rootSectors = 0;
    std::uint64_t dataStart = 0;
    std::uint64_t clusters = 0;
    std::uint64_t fatCapacity = 0; ///< clusters that the FAT has entries for
};

enum class Border : std::uint8_t { Legal, Comfortable };

/// Whether a cluster count belongs to the type, with some distance if Comfortable.
[[nodiscard]] bool countFits(FatType type, std::uint64_t clusters, Border border) noexcept;

/// Everything about the request that has nothing to do with the cluster count.
[[nodiscard]] Result<> validateRequest(const GeometryRequest& request);

[[nodiscard]] std::uint32_t maxSectorsPerCluster(const GeometryRequest& request) noexcept;
[[nodiscard]] std::uint64_t rootSectors(const GeometryRequest& request, FatType type) noexcept;
[[nodiscard]] std::uint64_t baseReservedSectors(const GeometryRequest& request,
                                                FatType type) noexcept;
/// First sector of the data area with FATs of this size.
[[nodiscard]] std::uint64_t dataStart(const GeometryRequest& request, FatType type,
                                      std::uint64_t sectorsPerFat) noexcept;
/// Sectors of the smallest FAT with entries for `clusters`.
[[nodiscard]] std::uint64_t sectorsPerFatFor(const GeometryRequest& request, FatType type,
                                             std::uint64_t clusters) noexcept;

/// With the smallest FAT that holds every cluster, or the one asked for. The cluster count is
/// whatever comes out, 0 when there is no room.
[[nodiscard]] Layout layOut(const GeometryRequest& request, FatType type,
                            std::uint32_t sectorsPerCluster) noexcept;
/// True when the layout is a volume of that type.
[[nodiscard]] bool isValid(const Layout& layout, FatType type, Border border) noexcept;
/// The layout nearest to Microsoft's cluster size (or the one asked for) that is valid.
[[nodiscard]] std::optional<Layout> pickLayout(const GeometryRequest& request, FatType type,
                                               Border border) noexcept;

/// Cluster size of Microsoft's tables in bytes, whether it fits or not.
[[nodiscard]] std::uint32_t tableClusterSize(FatType type, std::uint64_t volumeSize) noexcept;
/// Why no layout is valid, and what would work.
[[nodiscard]] Error explainMisfit(const GeometryRequest& request);

} // namespace fatlas::fat::planning
