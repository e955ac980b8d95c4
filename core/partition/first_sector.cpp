#include "core/partition/first_sector.hpp"

#include "core/base/bytes.hpp"
#include "core/base/checked.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

namespace fatlas::partition {
namespace {

/// As much of a boot sector as is needed to recognise one.
struct BpbRaw {
    std::array<std::byte, 3> jump{}; // 0x00
    std::array<char, 8> oemName{};   // 0x03
    Le16 bytesPerSector;             // 0x0B
    std::uint8_t sectorsPerCluster = 0;
    Le16 reservedSectors; // 0x0E
    std::uint8_t fatCount = 0;
    Le16 rootEntryCount; // 0x11
    Le16 totalSectors16; // 0x13
    std::uint8_t media = 0;
    Le16 sectorsPerFat16; // 0x16
    std::array<std::byte, 8> track{};
    Le32 totalSectors32; // 0x20
};

static_assert(sizeof(BpbRaw) == 0x24 && offsetof(BpbRaw, totalSectors16) == 0x13);

BpbRaw bpbOf(const MbrRaw& sector)
{
    return *load<BpbRaw>(asBytes(sector)); // 36 of 512 bytes: always inside
}

/// NTFS and exFAT leave the FAT fields empty but say who they are.
bool isForeignVolume(const MbrRaw& sector)
{
    const BpbRaw bpb = bpbOf(sector);
    const std::string_view oemName(bpb.oemName.data(), bpb.oemName.size());
    return oemName == "NTFS    " || oemName == "EXFAT   " || oemName == "-FVE-FS-";
}

bool flagsArePlausible(const MbrRaw& sector)
{
    return std::ranges::all_of(sector.entries, [](const MbrEntryRaw& entry) {
        return entry.flag == 0 || entry.flag == activeFlag;
    });
}

bool isUsed(const MbrEntryRaw& entry)
{
    return entry.type != mbr_type::unused;
}

bool isProtective(const MbrEntryRaw& entry)
{
    return entry.type == mbr_type::gptProtective;
}

bool beginsInside(const MbrEntryRaw& entry, std::uint64_t deviceSectors)
{
    return entry.first.get() >= 1 && entry.count.get() >= 1 && entry.first.get() < deviceSectors;
}

bool endsInside(const MbrEntryRaw& entry, std::uint64_t deviceSectors)
{
    return isProtective(entry) || // its count may be FFFFFFFF
           rangeFits(entry.first.get(), entry.count.get(), deviceSectors);
}

bool overlap(const MbrEntryRaw& a, const MbrEntryRaw& b)
{
    const std::uint64_t endA = std::uint64_t{a.first.get()} + a.count.get();
    const std::uint64_t endB = std::uint64_t{b.first.get()} + b.count.get();
    return a.first.get() < endB && b.first.get() < endA;
}

/// P6: so strict that text and code of a boot sector cannot pass by chance.
bool isFlawlessTable(const MbrRaw& sector, std::uint64_t deviceSectors)
{
    std::size_t used = 0;
    for (std::size_t i = 0; i < sector.entries.size(); ++i) {
        const MbrEntryRaw& entry = sector.entries[i];
        if (!isUsed(entry)) {
            if (entry != MbrEntryRaw{})
                return false;
            continue;
        }
        ++used;
        if (!beginsInside(entry, deviceSectors) || !endsInside(entry, deviceSectors))
            return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (isUsed(sector.entries[j]) && overlap(entry, sector.entries[j]))
                return false;
        }
    }
    return used > 0;
}

FirstSector judgeEmptyTable(const MbrRaw& sector)
{
    const bool allZero = std::ranges::all_of(
        sector.entries, [](const MbrEntryRaw& entry) { return entry == MbrEntryRaw{}; });
    return allZero && sector.diskId.get() != 0 ? FirstSector::Mbr : FirstSector::Unknown;
}

} // namespace

bool isExtendedType(std::uint8_t type) noexcept
{
    return type == mbr_type::extended || type == mbr_type::extendedLba ||
           type == mbr_type::extendedLinux;
}

std::optional<std::uint32_t> bpbSectorSize(const MbrRaw& sector)
{
    const BpbRaw bpb = bpbOf(sector);
    const std::uint32_t size = bpb.bytesPerSector.get();
    const bool plausible = size >= 512 && size <= 4096 && std::has_single_bit(size) &&
                           std::has_single_bit(bpb.sectorsPerCluster) &&
                           bpb.reservedSectors.get() != 0 && bpb.fatCount != 0 &&
                           bpb.fatCount <= 4 && (bpb.media == 0xF0 || bpb.media >= 0xF8) &&
                           (bpb.totalSectors16.get() != 0 || bpb.totalSectors32.get() != 0);
    return plausible ? std::optional(size) : std::nullopt;
}

FirstSector judgeFirstSector(const MbrRaw& sector, std::uint64_t deviceSectors)
{
    const bool isVolume = bpbSectorSize(sector).has_value() || isForeignVolume(sector);
    const FirstSector otherwise = isVolume ? FirstSector::BootSector : FirstSector::Unknown;
    if (sector.signature.get() != mbrSignature || !flagsArePlausible(sector))
        return otherwise;
    if (isVolume && !isFlawlessTable(sector, deviceSectors))
        return otherwise;
    if (std::ranges::any_of(sector.entries, isProtective))
        return FirstSector::ProtectiveMbr;
    if (isVolume)
        return FirstSector::MbrWithBpb;
    if (std::ranges::none_of(sector.entries, isUsed))
        return judgeEmptyTable(sector);
    const bool someInside = std::ranges::any_of(sector.entries, [&](const MbrEntryRaw& entry) {
        return isUsed(entry) && beginsInside(entry, deviceSectors);
    });
    return someInside ? FirstSector::Mbr : FirstSector::Unknown;
}

} // namespace fatlas::partition
