#include "core/base/text.hpp"
#include "core/fat/boot_sector_decoder.hpp"
#include "core/fat/plan_geometry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {

/// Reserved sectors, FATs and root lie inside the volume and on the device, with a cluster behind.
Result<> BootSectorDecoder::checkRegions()
{
    Geometry& g = m_boot.geometry;
    const std::uint64_t start = g.dataOffset();
    const std::uint64_t size = g.volumeSize();
    if (start >= size || (size - start) / g.clusterSize() == 0)
        return badField(0x13,
                        fmt::format("reserved sectors, FATs and root take {} sectors, but the "
                                    "volume has only {} and needs room for a cluster",
                                    start / g.bytesPerSector, g.totalSectors));
    if (start > m_deviceSize || m_deviceSize - start < g.clusterSize())
        return badField(0x13,
                        fmt::format("the first cluster ends at byte {}, but the device has only "
                                    "{} bytes",
                                    start + g.clusterSize(), m_deviceSize));
    g.clusterCount = static_cast<std::uint32_t>((size - start) / g.clusterSize());
    return {};
}

void BootSectorDecoder::decideType()
{
    Geometry& g = m_boot.geometry;
    const FatType byCount = fatTypeForClusters(g.clusterCount);
    g.type = m_isFat32 ? FatType::Fat32 : std::min(byCount, FatType::Fat16);
    if (g.type == byCount)
        return;
    const std::string count = formatCount(g.clusterCount);
    if (m_isFat32)
        find("B13", Severity::Warning, 0x16,
             fmt::format("the fields are those of FAT32, but {} clusters mean {}", count,
                         toString(byCount)),
             fmt::format("Windows, Linux and most firmware read it as FAT32; a driver that goes by "
                         "the number of clusters alone reads {}",
                         toString(byCount)));
    else
        find("B13", Severity::Error, 0x16,
             fmt::format("the fields are those of FAT16, but {} clusters mean FAT32", count),
             "Linux refuses it; only the first 65,524 clusters can be reached");
}

/// Clusters that have no FAT entry, no number or no place on the device cannot be used.
void BootSectorDecoder::boundClusters()
{
    Geometry& g = m_boot.geometry;
    g.clusterCount = std::min(g.clusterCount, clusterCountRange(g.type).max);
    const std::uint64_t bytes = g.fatSize();
    const std::uint64_t entries = g.type == FatType::Fat12   ? bytes * 2 / 3
                                  : g.type == FatType::Fat16 ? bytes / 2
                                                             : bytes / 4;
    if (entries < std::uint64_t{g.clusterCount} + 2) {
        find("B12", Severity::Error, m_isFat32 ? 0x24 : 0x16,
             fmt::format("the volume has {} clusters, but its FAT has entries for only {}",
                         formatCount(g.clusterCount), formatCount(entries - 2)),
             "the clusters behind cannot be reached");
        g.clusterCount = static_cast<std::uint32_t>(entries - 2);
    }
    if (g.volumeSize() <= m_deviceSize)
        return;
    const std::uint64_t present = (m_deviceSize - g.dataOffset()) / g.clusterSize();
    find("B14", Severity::Error, 0x13,
         fmt::format("the volume has {} bytes, but the device only {}", g.volumeSize(),
                     m_deviceSize),
         fmt::format("the image is cut off: of {} clusters {} are there",
                     formatCount(g.clusterCount),
                     formatCount(std::min<std::uint64_t>(present, g.clusterCount))));
    g.clusterCount = static_cast<std::uint32_t>(std::min<std::uint64_t>(present, g.clusterCount));
}

/// 0 and FFFF mean none; anything else is a sector of the reserved area behind the boot sector.
void BootSectorDecoder::checkReference(std::uint32_t& sector, std::size_t offset, const char* rule,
                                       const char* name)
{
    if (sector == UINT16_MAX)
        sector = 0;
    if (sector < m_boot.geometry.reservedSectors)
        return;
    find(rule, Severity::Warning, offset,
         fmt::format("{} is sector {}, expected less than {}, the number of reserved sectors", name,
                     sector, m_boot.geometry.reservedSectors));
    sector = 0;
}

void BootSectorDecoder::checkFat32Fields()
{
    Geometry& g = m_boot.geometry;
    g.rootCluster = Cluster{m_fat32.rootCluster.get()};
    g.fsInfoSector = m_fat32.fsInfoSector.get();
    g.backupBootSector = m_fat32.backupBootSector.get();
    if (!g.isData(g.rootCluster))
        find("B15", Severity::Error, 0x2C,
             fmt::format("the root directory starts at cluster {}, expected 2 to {}",
                         g.rootCluster.value, g.endCluster().value - 1),
             "no file can be found by its name");
    checkReference(g.fsInfoSector, 0x30, "B16", "FSInfo");
    checkReference(g.backupBootSector, 0x32, "B16", "the backup boot sector");
    if (g.backupBootSector != 0 && g.backupBootSector == g.fsInfoSector) {
        find("B16", Severity::Warning, 0x32,
             fmt::format("FSInfo and the backup boot sector are both said to be in sector {}",
                         g.fsInfoSector));
        g.backupBootSector = 0;
    }
    const std::uint16_t flags = m_fat32.extFlags.get();
    m_boot.mirrored = (flags & mirroringOff) == 0;
    if (!m_boot.mirrored)
        m_boot.activeFat = static_cast<std::uint8_t>(flags & activeFatMask);
    if (m_boot.activeFat >= g.fatCount) {
        find("B17", Severity::Warning, 0x28,
             fmt::format("the FAT in use is number {}, expected less than {}", m_boot.activeFat,
                         g.fatCount),
             "the first one is used");
        m_boot.activeFat = 0;
    }
    if (m_fat32.version.get() != 0)
        find("B17", Severity::Warning, 0x2A,
             fmt::format("file system version is {:04X}, expected 0000", m_fat32.version.get()),
             "drivers that look at it do not mount the volume");
}

} // namespace fatlas::fat
