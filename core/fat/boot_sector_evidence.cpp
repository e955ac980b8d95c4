#include "core/fat/boot_sector_read.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/fat_table.hpp"
#include "core/fat/plan_geometry.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t rootProbeSize = 512;

/// Entry 0: the media byte with ones above it. Its four highest bits on FAT32 are nobody's.
bool looksLikeFat(FatType type, ByteView start)
{
    const std::uint32_t first = rawEntry(type, start, Cluster{0});
    const std::uint32_t media = first & 0xFF;
    const std::uint32_t ones = endMark(type) & ~0xFFU;
    return (first & ones) == ones && (media == 0xF0 || media >= 0xF8);
}

Result<bool> fatStarts(const block::BlockDevice& device, const Geometry& geometry,
                       std::uint32_t copy)
{
    std::array<std::byte, 4> start{};
    const std::uint64_t offset = geometry.fatOffset(copy);
    if (offset > device.size() || device.size() - offset < start.size())
        return false;
    FATLAS_TRY(device.read(offset, start));
    return looksLikeFat(geometry.type, start);
}

enum class Slots : std::uint8_t { Impossible, Empty, Used };

/// Content seldom has bits 6 and 7 of the attributes clear in every slot.
Slots judgeSlots(ByteView bytes)
{
    Slots verdict = Slots::Empty;
    for (std::size_t at = 0; at + slotSize <= bytes.size(); at += slotSize) {
        const auto slot = load<DirectoryEntryRaw>(bytes, at);
        if (!slot || slot->name[0] == slot_mark::end)
            break;
        if (slot->name[0] == slot_mark::deleted)
            continue; // DOS 1 left the rest of it as it was
        const unsigned attributes = slot->attributes;
        const bool isLongName = (attributes & attribute::longNameMask) == attribute::longName;
        const bool isName =
            isLongName || slot->name[0] >= ' ' || slot->name[0] == slot_mark::escapedE5;
        const bool isFat = slot->name[1] == 0xFF && slot->name[2] == 0xFF;
        if ((attributes & 0xC0) != 0 || !isName || isFat)
            return Slots::Impossible;
        verdict = Slots::Used;
    }
    return verdict;
}

/// FAT32's root has an allocated cluster; and no root has an entry of its own.
Result<Slots> judgeRoot(const block::BlockDevice& device, const Geometry& geometry)
{
    std::uint64_t offset = geometry.rootOffset();
    if (geometry.type == FatType::Fat32) {
        if (!geometry.isData(geometry.rootCluster))
            return Slots::Impossible;
        std::array<std::byte, 4> entry{};
        FATLAS_TRY(device.read(
            geometry.fatOffset(0) + entryOffset(FatType::Fat32, geometry.rootCluster), entry));
        if (rawEntry(FatType::Fat32, entry, Cluster{0}) == 0)
            return Slots::Impossible;
        offset = geometry.clusterOffset(geometry.rootCluster);
    }
    Bytes slots(std::min<std::uint64_t>(rootProbeSize, device.size() - offset));
    FATLAS_TRY(device.read(offset, slots));
    if (!slots.empty() && slots.front() == std::byte{'.'})
        return Slots::Impossible;
    return judgeSlots(slots);
}

/// Formatters round up: a sixteenth and two sectors more than needed is nothing strange.
bool fatFitsVolume(const Geometry& geometry)
{
    const std::uint64_t clusters =
        (geometry.volumeSize() - geometry.dataOffset()) / geometry.clusterSize();
    const std::uint64_t counted = std::min<std::uint64_t>(clusters, maxClustersFat32);
    const std::uint64_t needed = fatBytesFor(geometry.type, static_cast<std::uint32_t>(counted));
    const std::uint64_t room = needed / 16 + std::uint64_t{2} * geometry.bytesPerSector;
    return needed <= geometry.fatSize() && geometry.fatSize() <= needed + room;
}

/// Rules that decide no place, or that sound volumes break.
constexpr std::array<std::string_view, 5> harmless{"B2", "B7", "B13", "B16", "B18"};

bool isFlawless(const BootSector& boot)
{
    return std::ranges::none_of(boot.findings, [](const Finding& finding) {
        return finding.severity != Severity::Info &&
               std::ranges::find(harmless, finding.rule) == harmless.end();
    });
}

} // namespace

Result<LayoutEvidence> weighLayout(const block::BlockDevice& device, const BootSector& boot)
{
    LayoutEvidence evidence;
    for (std::uint32_t copy = 0; copy < std::min(boot.geometry.fatCount, 2U); ++copy) {
        FATLAS_ASSIGN(const bool starts, fatStarts(device, boot.geometry, copy));
        evidence.fatStarts += starts ? 1 : 0;
    }
    FATLAS_ASSIGN(const Slots root, judgeRoot(device, boot.geometry));
    evidence.rootIsDirectory = root != Slots::Impossible;
    evidence.rootHasEntries = root == Slots::Used;
    evidence.fatFitsVolume = fatFitsVolume(boot.geometry);
    evidence.fieldsAreFlawless = isFlawless(boot);
    return evidence;
}

} // namespace fatlas::fat
