#include "core/fat/boot_code.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::size_t oemNameOffset = offsetof(BpbRaw, oemName);

BpbRaw toRaw(const BootSector& boot)
{
    const Geometry& g = boot.geometry;
    const bool wide = g.type == FatType::Fat32 || g.totalSectors > UINT16_MAX;
    BpbRaw raw;
    raw.oemName = boot.oemName;
    raw.bytesPerSector = static_cast<std::uint16_t>(g.bytesPerSector);
    raw.sectorsPerCluster = static_cast<std::uint8_t>(g.sectorsPerCluster);
    raw.reservedSectors = static_cast<std::uint16_t>(g.reservedSectors);
    raw.fatCount = static_cast<std::uint8_t>(g.fatCount);
    raw.rootEntryCount = static_cast<std::uint16_t>(g.rootEntryCount);
    raw.totalSectors16 = static_cast<std::uint16_t>(wide ? 0 : g.totalSectors);
    raw.media = g.media;
    raw.sectorsPerFat16 =
        static_cast<std::uint16_t>(g.type == FatType::Fat32 ? 0 : g.sectorsPerFat);
    raw.sectorsPerTrack = g.sectorsPerTrack;
    raw.heads = g.heads;
    raw.hiddenSectors = g.hiddenSectors;
    raw.totalSectors32 = wide ? g.totalSectors : 0;
    return raw;
}

Fat32Raw toFat32Raw(const BootSector& boot)
{
    const Geometry& g = boot.geometry;
    Fat32Raw raw;
    raw.sectorsPerFat32 = g.sectorsPerFat;
    raw.extFlags = static_cast<std::uint16_t>(
        boot.mirrored ? 0 : mirroringOff | (boot.activeFat & activeFatMask));
    raw.rootCluster = g.rootCluster.value;
    raw.fsInfoSector = static_cast<std::uint16_t>(g.fsInfoSector);
    raw.backupBootSector = static_cast<std::uint16_t>(g.backupBootSector);
    return raw;
}

ExtendedRaw toExtendedRaw(const BootSector& boot)
{
    constexpr std::string_view padding = "   ";
    ExtendedRaw raw;
    raw.driveNumber = boot.driveNumber;
    raw.state = boot.state;
    raw.bootSignature = extendedSignature;
    raw.serial = boot.serial;
    raw.label = boot.label;
    const std::string_view type = toString(boot.geometry.type);
    std::ranges::copy(padding, std::ranges::copy(type, raw.fileSystem.begin()).out);
    return raw;
}

/// The sector before any field is written: jump and code.
Bytes codeSector(const Geometry& geometry, const BootCode& code)
{
    Bytes sector(geometry.bytesPerSector);
    if (!code.sector.empty()) {
        const std::size_t size = std::min(code.sector.size(), sector.size());
        std::copy_n(code.sector.begin(), size, sector.begin());
        return sector;
    }
    const std::size_t start = codeOffset(geometry.type);
    sector[0] = std::byte{0xEB};
    sector[1] = static_cast<std::byte>(start - 2);
    sector[2] = std::byte{0x90};
    std::ranges::copy(ownBootCode(), sector.begin() + static_cast<std::ptrdiff_t>(start));
    return sector;
}

} // namespace

Bytes encodeBootSector(const BootSector& boot, const BootCode& code)
{
    const FatType type = boot.geometry.type;
    Bytes sector = codeSector(boot.geometry, code);
    const bool extended = boot.hasExtendedFields && extendedFieldsFit(sector, type);
    const BpbRaw common = toRaw(boot);
    std::ranges::copy(asBytes(common).subspan(oemNameOffset), sector.begin() + oemNameOffset);
    if (type == FatType::Fat32)
        store(sector, fat32FieldsOffset, toFat32Raw(boot));
    if (extended)
        store(sector, extendedOffset(type), toExtendedRaw(boot));
    store(sector, signatureOffset, Le16{bootSectorSignature});
    return sector;
}

Bytes encodeFsInfo(const Geometry& geometry, std::uint32_t freeClusters, Cluster nextFree)
{
    FsInfoRaw raw;
    raw.leadSignature = fsInfoLead;
    raw.structSignature = fsInfoStruct;
    raw.freeClusters = freeClusters;
    raw.nextFree = nextFree.value;
    raw.trailSignature = fsInfoTrail;
    Bytes sector(geometry.bytesPerSector);
    store(sector, 0, raw);
    return sector;
}

} // namespace fatlas::fat
