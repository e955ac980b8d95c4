/// Lays out a FAT volume: sizes asked for in, numbers that are valid together out.
///
/// The FAT type follows from the number of clusters alone, so a type that was asked for is a wish
/// that the sizes must fulfil. Where the choice is ours it keeps 16 clusters away from the borders
/// between the types, because some drivers count a little differently; what is asked for explicitly
/// may come as close as the law allows. The FATs are the smallest that hold every cluster.
///
/// Units:   bytes where the name ends in Size, Offset or Alignment; sectors of `bytesPerSector`.
/// Errors:  InvalidArgument says the cluster count found, the range, and what would work.
/// Threads: pure functions.
/// Source:  Microsoft FAT specification 1.03, "FAT type determination" and the cluster size tables
///          there; rules G1.. in FORMAT.md.
#pragma once

#include "core/fat/geometry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::fat {

inline constexpr std::uint32_t maxClusterSize = 65536; ///< bytes; above 32 KiB DOS is lost
inline constexpr std::uint32_t borderMargin = 16;      ///< clusters, where the choice is ours
inline constexpr std::uint32_t maxTotalSectors = UINT32_MAX;

struct GeometryRequest {
    std::optional<FatType> type; ///< nothing: what suits the size
    std::uint64_t volumeSize = 0;
    std::uint32_t bytesPerSector = 512;
    std::optional<std::uint32_t> sectorsPerCluster;
    std::optional<std::uint32_t> sectorsPerFat; ///< fixed floppy layouts
    std::uint32_t fatCount = 2;
    std::uint32_t rootEntryCount = 512;           ///< FAT12, FAT16; rounded up to whole sectors
    std::optional<std::uint32_t> reservedSectors; ///< nothing: 1, FAT32: 32
    std::uint64_t volumeOffset = 0;               ///< of the volume in the image
    /// The data area starts on a multiple of this in the image, by more reserved sectors; 0 = any.
    std::uint32_t dataAlignment = 0;
    std::uint32_t hiddenSectors = 0;
    std::uint16_t sectorsPerTrack = 0;
    std::uint16_t heads = 0;
    std::uint8_t media = 0xF8;
};

[[nodiscard]] Result<Geometry> planGeometry(const GeometryRequest& request);

/// The cluster size Microsoft's tables give, adapted where they would miss the type; 1-128.
[[nodiscard]] std::uint32_t defaultSectorsPerCluster(FatType type, std::uint64_t volumeSize,
                                                     std::uint32_t bytesPerSector);

struct ClusterCountRange {
    std::uint32_t min = 1;
    std::uint32_t max = 1; ///< inclusive
};

/// How many clusters make a volume be of this type.
[[nodiscard]] constexpr ClusterCountRange clusterCountRange(FatType type) noexcept
{
    switch (type) {
    case FatType::Fat12: return {1, minClustersFat16 - 1};
    case FatType::Fat16: return {minClustersFat16, minClustersFat32 - 1};
    case FatType::Fat32: break;
    }
    return {minClustersFat32, maxClustersFat32};
}

struct VolumeSizeRange {
    std::uint64_t min = 0;
    std::uint64_t max = 0; ///< inclusive
};

/// The volume sizes that work for `type` with everything else in `request` (its volumeSize and type
/// are not looked at; without a cluster size: with any). Nothing when none does.
[[nodiscard]] std::optional<VolumeSizeRange> feasibleVolumeSizes(const GeometryRequest& request,
                                                                 FatType type);

/// Cluster sizes in bytes that work for `type` and the volume size asked for; ascending.
[[nodiscard]] std::vector<std::uint32_t> feasibleClusterSizes(const GeometryRequest& request,
                                                              FatType type);

/// Types that work with everything else in `request`; ascending.
[[nodiscard]] std::vector<FatType> feasibleTypes(const GeometryRequest& request);

} // namespace fatlas::fat
