#include "core/fat/boot_sector_decoder.hpp"
#include "core/fat/not_fat.hpp"
#include "core/fat/plan_geometry.hpp"

#include <fmt/format.h>

#include <bit>

namespace fatlas::fat {

std::unexpected<Error> badField(std::size_t offset, std::string message)
{
    return std::unexpected(
        Error{.code = ErrorCode::BadFormat, .message = std::move(message), .deviceOffset = offset});
}

void BootSectorDecoder::find(const char* rule, Severity severity, std::size_t offset,
                             std::string message, std::string advice)
{
    m_boot.findings.push_back({.rule = rule,
                               .severity = severity,
                               .path = {},
                               .message = std::move(message),
                               .advice = std::move(advice),
                               .offset = offset,
                               .cluster = std::nullopt});
}

Result<> BootSectorDecoder::loadRaw()
{
    if (m_bytes.size() < bootSectorSize)
        return badField(
            m_bytes.size(),
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

void BootSectorDecoder::checkJump()
{
    const auto& jump = m_bpb.jump;
    if ((jump[0] == 0xEB && jump[2] == 0x90) || jump[0] == 0xE9)
        return;
    find("B2", Severity::Info, 0,
         fmt::format("the sector starts with {:02X} {:02X} {:02X}, not with a jump", jump[0],
                     jump[1], jump[2]),
         "some versions of DOS and Windows do not take such a disk for FAT");
}

Result<> BootSectorDecoder::checkSectorSize()
{
    const std::uint32_t value = m_bpb.bytesPerSector.get();
    if (!std::has_single_bit(value) || value < 512 || value > 4096)
        return badField(
            0x0B, fmt::format("bytes per sector is {}, expected 512, 1024, 2048 or 4096", value));
    m_boot.geometry.bytesPerSector = value;
    return {};
}

Result<> BootSectorDecoder::checkClusterSize()
{
    const std::uint32_t value = m_bpb.sectorsPerCluster;
    if (!std::has_single_bit(value))
        return badField(0x0D,
                        fmt::format("sectors per cluster is {}, expected a power of two from 1 to "
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

Result<> BootSectorDecoder::checkReserved()
{
    m_boot.geometry.reservedSectors = m_bpb.reservedSectors.get();
    if (m_boot.geometry.reservedSectors == 0)
        return badField(0x0E,
                        "reserved sectors are 0, expected at least 1 (the boot sector itself)");
    return {};
}

Result<> BootSectorDecoder::checkFatCount()
{
    m_boot.geometry.fatCount = m_bpb.fatCount;
    if (m_bpb.fatCount == 0)
        return badField(0x10, "number of FATs is 0, expected 1 or 2");
    if (m_bpb.fatCount > 2)
        find("B6", Severity::Warning, 0x10,
             fmt::format("the volume has {} FATs, expected 1 or 2", m_bpb.fatCount),
             "most drivers use the first two only");
    return {};
}

void BootSectorDecoder::checkMedia()
{
    if (m_bpb.media != 0xF0 && m_bpb.media < 0xF8)
        find("B7", Severity::Warning, 0x15,
             fmt::format("media byte is {:02X}, expected F0 or F8 to FF", m_bpb.media),
             "Linux refuses to mount such a volume");
}

Result<> BootSectorDecoder::checkTotalSectors()
{
    const std::uint32_t narrow = m_bpb.totalSectors16.get();
    const std::uint32_t wide = m_bpb.totalSectors32.get();
    if (narrow == 0 && wide == 0)
        return badField(0x13,
                        "total sectors are 0 in both fields, expected the size of the volume");
    m_boot.geometry.totalSectors = narrow != 0 ? narrow : wide;
    if (narrow != 0 && wide != 0 && narrow != wide)
        find("B8", Severity::Warning, 0x20,
             fmt::format("total sectors are {} in the 16-bit field and {} in the 32-bit field",
                         narrow, wide),
             "drivers use the 16-bit field when it is not 0");
    return {};
}

Result<> BootSectorDecoder::checkSectorsPerFat()
{
    m_isFat32 = m_bpb.sectorsPerFat16.get() == 0;
    m_boot.geometry.sectorsPerFat =
        m_isFat32 ? m_fat32.sectorsPerFat32.get() : m_bpb.sectorsPerFat16.get();
    if (m_boot.geometry.sectorsPerFat == 0)
        return badField(m_isFat32 ? 0x24 : 0x16, "sectors per FAT are 0, expected at least 1");
    return {};
}

Result<> BootSectorDecoder::checkRootEntries()
{
    Geometry& g = m_boot.geometry;
    g.rootEntryCount = m_bpb.rootEntryCount.get();
    if (!m_isFat32 && g.rootEntryCount == 0)
        return badField(0x11,
                        "root directory has 0 entries, expected at least 1 on FAT12 and FAT16");
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

void BootSectorDecoder::takeExtendedFields()
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

void BootSectorDecoder::checkSignature()
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

Result<BootSector> BootSectorDecoder::decode()
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

Result<BootSector> decodeBootSector(ByteView bytes, std::uint64_t deviceSize)
{
    auto boot = BootSectorDecoder(bytes, deviceSize).decode();
    if (boot)
        return boot;
    if (const auto other = recogniseOther(bytes))
        return badField(
            0, fmt::format("this is not a FAT volume but {}: {}", *other, boot.error().message));
    boot.error().message = "this is not a FAT volume: " + boot.error().message;
    return boot;
}

} // namespace fatlas::fat
