#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/fat_table.hpp"
#include "core/fat/not_fat.hpp"
#include "core/fat/plan_geometry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace fatlas::fat {
namespace {

std::unexpected<Error> bad(std::size_t offset, std::string message)
{
    return std::unexpected(
        Error{.code = ErrorCode::BadFormat, .message = std::move(message), .deviceOffset = offset});
}

/// The raw structs of one sector and what is known so far; one small check per rule.
class Decoder {
public:
    Decoder(ByteView bytes, std::uint64_t deviceSize) : m_bytes(bytes), m_deviceSize(deviceSize) {}

    Result<BootSector> decode();

private:
    Result<> loadRaw();
    void checkJump();
    Result<> checkSectorSize();
    Result<> checkClusterSize();
    Result<> checkReserved();
    Result<> checkFatCount();
    void checkMedia();
    Result<> checkTotalSectors();
    Result<> checkSectorsPerFat();
    Result<> checkRootEntries();
    Result<> checkRegions();
    void decideType();
    void boundClusters();
    void checkFat32Fields();
    void checkReference(std::uint32_t& sector, std::size_t offset, const char* rule,
                        const char* name);
    void takeExtendedFields();
    void checkSignature();

    void find(const char* rule, Severity severity, std::size_t offset, std::string message,
              std::string advice = {});

    ByteView m_bytes;
    std::uint64_t m_deviceSize;
    BpbRaw m_bpb;
    Fat32Raw m_fat32;
    BootSector m_boot;
    bool m_isFat32 = false;
};

void Decoder::find(const char* rule, Severity severity, std::size_t offset, std::string message,
                   std::string advice)
{
    m_boot.findings.push_back({.rule = rule,
                               .severity = severity,
                               .path = {},
                               .message = std::move(message),
                               .advice = std::move(advice),
                               .offset = offset,
                               .cluster = std::nullopt});
}

Result<> Decoder::loadRaw()
{
    if (m_bytes.size() < bootSectorSize)
        return bad(m_bytes.size(),
                   fmt::format("boot sector has {} bytes, expected at least 512", m_bytes.size()));
    FATLAS_ASSIGN(m_bpb, load<BpbRaw>(m_bytes));
    FATLAS_ASSIGN(m_fat32, load<Fat32Raw>(m_bytes, fat32FieldsOffset));
    m_boot.oemName = m_bpb.oemName;
    m_boot.geometry.media = m_bpb.media;
    m_boot.geometry.hiddenSectors = m_bpb.hiddenSectors.get();
    m_boot.geometry.sectorsPerTrack = m_bpb.sectorsPerTrack.get();
    m_boot.geometry.heads = m_bpb.heads.get();
    return {};
}

void Decoder::checkJump()
{
    const auto& jump = m_bpb.jump;
    if ((jump[0] == 0xEB && jump[2] == 0x90) || jump[0] == 0xE9)
        return;
    find("B2", Severity::Info, 0,
         fmt::format("the sector starts with {:02X} {:02X} {:02X}, not with a jump", jump[0],
                     jump[1], jump[2]),
         "some versions of DOS and Windows do not take such a disk for FAT");
}

Result<> Decoder::checkSectorSize()
{
    const std::uint32_t value = m_bpb.bytesPerSector.get();
    if (!std::has_single_bit(value) || value < 512 || value > 4096)
        return bad(0x0B,
                   fmt::format("bytes per sector is {}, expected 512, 1024, 2048 or 4096", value));
    m_boot.geometry.bytesPerSector = value;
    return {};
}

Result<> Decoder::checkClusterSize()
{
    const std::uint32_t value = m_bpb.sectorsPerCluster;
    if (!std::has_single_bit(value))
        return bad(0x0D, fmt::format("sectors per cluster is {}, expected a power of two from 1 to "
                                     "128",
                                     value));
    m_boot.geometry.sectorsPerCluster = value;
    const std::uint32_t size = m_boot.geometry.clusterSize();
    if (size > 32768)
        find("B4", size > maxClusterSize ? Severity::Warning : Severity::Info, 0x0D,
             fmt::format("clusters have {} bytes, more than 32768", size),
             size > maxClusterSize ? "Windows reads at most 65536 bytes, Linux reads it"
                                   : "DOS and Windows 9x read at most 32768 bytes");
    return {};
}

Result<> Decoder::checkReserved()
{
    m_boot.geometry.reservedSectors = m_bpb.reservedSectors.get();
    if (m_boot.geometry.reservedSectors == 0)
        return bad(0x0E, "reserved sectors are 0, expected at least 1 (the boot sector itself)");
    return {};
}

Result<> Decoder::checkFatCount()
{
    m_boot.geometry.fatCount = m_bpb.fatCount;
    if (m_bpb.fatCount == 0)
        return bad(0x10, "number of FATs is 0, expected 1 or 2");
    if (m_bpb.fatCount > 2)
        find("B6", Severity::Warning, 0x10,
             fmt::format("the volume has {} FATs, expected 1 or 2", m_bpb.fatCount),
             "most drivers use the first two only");
    return {};
}

void Decoder::checkMedia()
{
    if (m_bpb.media != 0xF0 && m_bpb.media < 0xF8)
        find("B7", Severity::Warning, 0x15,
             fmt::format("media byte is {:02X}, expected F0 or F8 to FF", m_bpb.media),
             "Linux refuses to mount such a volume");
}

Result<> Decoder::checkTotalSectors()
{
    const std::uint32_t narrow = m_bpb.totalSectors16.get();
    const std::uint32_t wide = m_bpb.totalSectors32.get();
    if (narrow == 0 && wide == 0)
        return bad(0x13, "total sectors are 0 in both fields, expected the size of the volume");
    m_boot.geometry.totalSectors = narrow != 0 ? narrow : wide;
    if (narrow != 0 && wide != 0 && narrow != wide)
        find("B8", Severity::Warning, 0x20,
             fmt::format("total sectors are {} in the 16-bit field and {} in the 32-bit field",
                         narrow, wide),
             "drivers use the 16-bit field when it is not 0");
    return {};
}

Result<> Decoder::checkSectorsPerFat()
{
    m_isFat32 = m_bpb.sectorsPerFat16.get() == 0;
    m_boot.geometry.sectorsPerFat =
        m_isFat32 ? m_fat32.sectorsPerFat32.get() : m_bpb.sectorsPerFat16.get();
    if (m_boot.geometry.sectorsPerFat == 0)
        return bad(m_isFat32 ? 0x24 : 0x16, "sectors per FAT are 0, expected at least 1");
    return {};
}

Result<> Decoder::checkRootEntries()
{
    Geometry& g = m_boot.geometry;
    g.rootEntryCount = m_bpb.rootEntryCount.get();
    if (!m_isFat32 && g.rootEntryCount == 0)
        return bad(0x11, "root directory has 0 entries, expected at least 1 on FAT12 and FAT16");
    if (m_isFat32 && g.rootEntryCount != 0)
        find("B10", Severity::Warning, 0x11,
             fmt::format("root directory entries are {}, expected 0 on FAT32", g.rootEntryCount),
             "their room before the data area is kept free");
    else if (g.rootEntryCount * std::uint64_t{32} % g.bytesPerSector != 0)
        find("B10", Severity::Warning, 0x11,
             fmt::format("root directory has {} entries, which do not fill whole sectors of {} "
                         "bytes",
                         g.rootEntryCount, g.bytesPerSector),
             "Linux refuses to mount such a volume");
    return {};
}

/// Reserved sectors, FATs and root lie inside the volume and on the device, with a cluster behind.
Result<> Decoder::checkRegions()
{
    Geometry& g = m_boot.geometry;
    const std::uint64_t start = g.dataOffset();
    const std::uint64_t size = g.volumeSize();
    if (start >= size || (size - start) / g.clusterSize() == 0)
        return bad(0x13, fmt::format("reserved sectors, FATs and root take {} sectors, but the "
                                     "volume has only {} and needs room for a cluster",
                                     start / g.bytesPerSector, g.totalSectors));
    if (start > m_deviceSize || m_deviceSize - start < g.clusterSize())
        return bad(0x13, fmt::format("the first cluster ends at byte {}, but the device has only "
                                     "{} bytes",
                                     start + g.clusterSize(), m_deviceSize));
    g.clusterCount = static_cast<std::uint32_t>((size - start) / g.clusterSize());
    return {};
}

void Decoder::decideType()
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
void Decoder::boundClusters()
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
void Decoder::checkReference(std::uint32_t& sector, std::size_t offset, const char* rule,
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

void Decoder::checkFat32Fields()
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

void Decoder::takeExtendedFields()
{
    const auto raw = load<ExtendedRaw>(m_bytes, extendedOffset(m_boot.geometry.type));
    if (!raw)
        return;
    const std::uint8_t signature = raw->bootSignature;
    m_boot.hasExtendedFields = signature == extendedSignature || signature == serialOnlySignature;
    if (!m_boot.hasExtendedFields)
        return;
    m_boot.driveNumber = raw->driveNumber;
    m_boot.state = raw->state;
    m_boot.serial = raw->serial.get();
    m_boot.label.fill(' ');
    if (signature == extendedSignature)
        m_boot.label = raw->label;
}

void Decoder::checkSignature()
{
    const auto stored = load<Le16>(m_bytes, signatureOffset);
    if (stored && stored->get() == bootSectorSignature)
        return;
    const std::uint16_t value = stored ? stored->get() : 0;
    find("B18", Severity::Warning, signatureOffset,
         fmt::format("the signature at byte 510 is {:02X} {:02X}, expected 55 AA", value & 0xFF,
                     value >> 8),
         "Windows and the BIOS refuse such a disk, Linux does not look");
}

Result<BootSector> Decoder::decode()
{
    FATLAS_TRY(loadRaw());
    checkJump();
    FATLAS_TRY(checkSectorSize());
    FATLAS_TRY(checkClusterSize());
    FATLAS_TRY(checkReserved());
    FATLAS_TRY(checkFatCount());
    checkMedia();
    FATLAS_TRY(checkTotalSectors());
    FATLAS_TRY(checkSectorsPerFat());
    FATLAS_TRY(checkRootEntries());
    FATLAS_TRY(checkRegions());
    decideType();
    boundClusters();
    if (m_isFat32)
        checkFat32Fields();
    takeExtendedFields();
    checkSignature();
    return std::move(m_boot);
}

} // namespace

Result<BootSector> decodeBootSector(ByteView bytes, std::uint64_t deviceSize)
{
    auto boot = Decoder(bytes, deviceSize).decode();
    if (boot)
        return boot;
    if (const auto other = recogniseOther(bytes))
        return bad(
            0, fmt::format("this is not a FAT volume but {}: {}", *other, boot.error().message));
    boot.error().message = "this is not a FAT volume: " + boot.error().message;
    return boot;
}

} // namespace fatlas::fat
