/// Where everything on a FAT volume lies, as numbers that are valid together.
///
/// Units:      offsets in bytes from the start of the volume; sizes in bytes where the name ends in
///             Size; sectors of `bytesPerSector` bytes otherwise.
/// Invariants: made by planGeometry() or decodeBootSector() only, so the regions lie in order
///             (reserved, FATs, root, data) inside totalSectors and clusterCount >= 1.
/// Source:     Microsoft FAT specification 1.03, section "FAT data structure"; rules in FORMAT.md.
#pragma once

#include "core/base/error.hpp"
#include "core/base/units.hpp"

#include <cstdint>

namespace fatlas::fat {

enum class FatType : std::uint8_t { Fat12 = 12, Fat16 = 16, Fat32 = 32 };

/// Fewer than this many clusters: FAT12. Fewer than the next: FAT16. Else FAT32.
inline constexpr std::uint32_t minClustersFat16 = 4085;
inline constexpr std::uint32_t minClustersFat32 = 65525;
inline constexpr std::uint32_t maxClustersFat32 = 0x0FFFFFF5;

/// The law: the FAT type is decided by the number of clusters alone.
[[nodiscard]] constexpr FatType fatTypeForClusters(std::uint32_t clusters) noexcept
{
    return clusters < minClustersFat16   ? FatType::Fat12
           : clusters < minClustersFat32 ? FatType::Fat16
                                         : FatType::Fat32;
}

[[nodiscard]] const char* toString(FatType type) noexcept; ///< "FAT12"

struct Geometry {
    FatType type = FatType::Fat12;
    std::uint32_t bytesPerSector = 512;
    std::uint32_t sectorsPerCluster = 1;
    std::uint32_t reservedSectors = 1;
    std::uint32_t fatCount = 2;
    std::uint32_t sectorsPerFat = 0;
    std::uint32_t rootEntryCount = 0; ///< 0 on FAT32
    std::uint32_t totalSectors = 0;
    std::uint32_t clusterCount = 0;
    std::uint32_t hiddenSectors = 0; ///< sectors before the volume, as the boot sector says
    std::uint16_t sectorsPerTrack = 0;
    std::uint16_t heads = 0;
    std::uint8_t media = 0xF8;
    Cluster rootCluster;                ///< FAT32 only
    std::uint32_t fsInfoSector = 0;     ///< FAT32 only, 0 = none
    std::uint32_t backupBootSector = 0; ///< FAT32 only, 0 = none

    [[nodiscard]] std::uint32_t clusterSize() const { return bytesPerSector * sectorsPerCluster; }

    [[nodiscard]] std::uint64_t volumeSize() const
    {
        return std::uint64_t{totalSectors} * bytesPerSector;
    }

    [[nodiscard]] std::uint64_t fatOffset(std::uint32_t copy) const
    {
        return (std::uint64_t{reservedSectors} + std::uint64_t{copy} * sectorsPerFat) *
               bytesPerSector;
    }

    [[nodiscard]] std::uint64_t fatSize() const
    {
        return std::uint64_t{sectorsPerFat} * bytesPerSector;
    }

    /// Of the fixed root directory of FAT12 and FAT16; equals dataOffset() on FAT32.
    [[nodiscard]] std::uint64_t rootOffset() const { return fatOffset(fatCount); }

    [[nodiscard]] std::uint64_t rootSize() const
    {
        const std::uint64_t bytes = std::uint64_t{rootEntryCount} * 32;
        return (bytes + bytesPerSector - 1) / bytesPerSector * bytesPerSector;
    }

    [[nodiscard]] std::uint64_t dataOffset() const { return rootOffset() + rootSize(); }

    [[nodiscard]] std::uint64_t clusterOffset(Cluster cluster) const
    {
        return dataOffset() + std::uint64_t{cluster.value - 2} * clusterSize();
    }

    /// One past the last data cluster.
    [[nodiscard]] Cluster endCluster() const { return Cluster{clusterCount + 2}; }

    [[nodiscard]] bool isData(Cluster c) const { return c.value >= 2 && c < endCluster(); }

    bool operator==(const Geometry&) const = default;
};

} // namespace fatlas::fat
