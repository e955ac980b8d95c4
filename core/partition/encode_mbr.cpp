#include "core/partition/boot_code.hpp"
#include "core/partition/mbr_raw.hpp"
#include "core/partition/partition_table.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace fatlas::partition {
namespace {

constexpr std::uint64_t chsCylinders = 1024;
constexpr ChsRaw chsOverflow{.head = 0xFE, .sectorAndHighCylinder = 0xFF, .lowCylinder = 0xFF};

/// Sectors [0, chsReach) have a C/H/S address. Values int 13h cannot say reach nothing.
std::uint64_t chsReach(const ChsGeometry& chs)
{
    if (chs.heads == 0 || chs.heads > 256 || chs.sectorsPerTrack == 0 || chs.sectorsPerTrack > 63)
        return 0;
    return chsCylinders * chs.heads * chs.sectorsPerTrack;
}

ChsRaw encodeChs(std::uint64_t sector, const ChsGeometry& chs)
{
    if (sector >= chsReach(chs))
        return chsOverflow;
    const std::uint64_t track = sector / chs.sectorsPerTrack;
    const std::uint64_t cylinder = track / chs.heads;
    return {.head = static_cast<std::uint8_t>(track % chs.heads),
            .sectorAndHighCylinder = static_cast<std::uint8_t>((sector % chs.sectorsPerTrack + 1) |
                                                               ((cylinder >> 2) & 0xC0)),
            .lowCylinder = static_cast<std::uint8_t>(cylinder & 0xFF)};
}

std::uint32_t saturate(std::uint64_t value)
{
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

} // namespace

Bytes encodeMbr(const MbrRequest& request)
{
    assert(request.firstSector + request.sectorCount <= std::uint64_t{1} << 32);
    MbrRaw raw;
    const ByteView code = request.code.empty() ? masterBootCode() : ByteView(request.code);
    std::ranges::copy(code.first(std::min(code.size(), mbrCodeSize)), raw.code.begin());
    raw.diskId.set(request.diskId);
    raw.signature.set(mbrSignature);
    if (request.sectorCount > 0) {
        const std::uint64_t last = request.firstSector + request.sectorCount - 1;
        raw.entries[0] = {.flag = request.bootable ? activeFlag : std::uint8_t{0},
                          .firstChs = encodeChs(request.firstSector, request.chs),
                          .type = request.type,
                          .lastChs = encodeChs(last, request.chs),
                          .first = saturate(request.firstSector),
                          .count = saturate(request.sectorCount)};
    }
    const ByteView bytes = asBytes(raw);
    return {bytes.begin(), bytes.end()};
}

std::uint8_t mbrTypeForFat(int fatBits, std::uint64_t firstSector, std::uint64_t sectorCount,
                           const ChsGeometry& chs)
{
    const std::uint64_t end = firstSector + sectorCount;
    const bool needsLba = end > chsReach(chs);
    if (fatBits == 32)
        return needsLba ? mbr_type::fat32Lba : mbr_type::fat32;
    if (needsLba)
        return mbr_type::fat16Lba;
    if (end > 0xFFFF) // P18: 01 and 04 promise that 16-bit sector numbers are enough
        return mbr_type::fat16;
    return fatBits == 12 ? mbr_type::fat12 : mbr_type::fat16Small;
}

} // namespace fatlas::partition
