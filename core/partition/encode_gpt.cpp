#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/base/text.hpp"
#include "core/partition/boot_code.hpp"
#include "core/partition/gpt_raw.hpp"
#include "core/partition/mbr_raw.hpp"
#include "core/partition/type_names.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace fatlas::partition {
namespace {

enum class Copy : std::uint8_t { Primary, Backup };

std::uint64_t entrySectors(std::uint32_t sectorSize)
{
    return divideRoundUp(gptEntriesSize, sectorSize);
}

MbrRaw protectiveMbr(std::uint64_t diskSectors)
{
    MbrRaw raw;
    std::ranges::copy(masterBootCode(), raw.code.begin());
    raw.signature.set(mbrSignature);
    raw.entries[0] = {.flag = 0,
                      .firstChs = {.head = 0, .sectorAndHighCylinder = 2, .lowCylinder = 0},
                      .type = mbr_type::gptProtective,
                      .lastChs = {.head = 0xFF, .sectorAndHighCylinder = 0xFF, .lowCylinder = 0xFF},
                      .first = std::uint32_t{1},
                      .count = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                          diskSectors - 1, std::numeric_limits<std::uint32_t>::max()))};
    return raw;
}

/// At most 36 units, never half of a pair.
std::u16string entryName(const std::string& utf8)
{
    constexpr std::size_t maxUnits = std::tuple_size_v<decltype(GptEntryRaw::name)>;
    std::u16string name = utf16FromUtf8Lossy(utf8);
    if (name.size() > maxUnits) {
        const bool splitsPair = (name[maxUnits - 1] & 0xFC00) == 0xD800;
        name.resize(maxUnits - (splitsPair ? 1 : 0));
    }
    return name;
}

Bytes encodeEntries(const GptRequest& request)
{
    GptEntryRaw entry;
    entry.typeGuid = request.efiSystem ? gpt_type::efiSystem : gpt_type::basicData;
    entry.uniqueGuid = request.partitionGuid;
    entry.first.set(request.firstSector);
    entry.last.set(request.firstSector + request.sectorCount - 1);
    const std::u16string name = entryName(request.name);
    for (std::size_t i = 0; i < name.size(); ++i)
        entry.name[i].set(name[i]);
    Bytes entries(gptEntriesSize);
    if (request.sectorCount > 0)
        store(entries, 0, entry);
    return entries;
}

GptHeaderRaw encodeHeader(const GptRequest& request, ByteView entries, Copy copy)
{
    const std::uint64_t last = request.diskSectors - 1;
    const bool primary = copy == Copy::Primary;
    GptHeaderRaw header;
    header.signature.set(gptSignature);
    header.revision.set(gptRevision);
    header.headerSize.set(gptHeaderSize);
    header.myLba.set(primary ? 1 : last);
    header.alternateLba.set(primary ? last : 1);
    header.firstUsableLba.set(gptFirstUsable(request.sectorSize));
    header.lastUsableLba.set(last - gptTailSectors(request.sectorSize));
    header.diskGuid = request.diskGuid;
    header.entriesLba.set(primary ? 2 : last - entrySectors(request.sectorSize));
    header.entryCount.set(gptEntryCount);
    header.entrySize.set(gptEntrySize);
    header.entriesCrc.set(crc32(entries));
    header.headerCrc.set(crc32(asBytes(header)));
    return header;
}

} // namespace

GptImage encodeGpt(const GptRequest& request)
{
    const std::uint64_t firstUsable = gptFirstUsable(request.sectorSize);
    const std::uint64_t tail = gptTailSectors(request.sectorSize);
    assert(request.diskSectors >= firstUsable + tail);
    const Bytes entries = encodeEntries(request);
    GptImage image;
    image.endSector = request.diskSectors - tail;
    image.start.resize(firstUsable * request.sectorSize);
    store(image.start, 0, protectiveMbr(request.diskSectors));
    store(image.start, request.sectorSize, encodeHeader(request, entries, Copy::Primary));
    std::ranges::copy(entries, image.start.begin() + 2 * std::ptrdiff_t{request.sectorSize});
    image.end.resize(tail * request.sectorSize);
    std::ranges::copy(entries, image.end.begin());
    store(image.end, (tail - 1) * request.sectorSize, encodeHeader(request, entries, Copy::Backup));
    return image;
}

std::uint64_t gptFirstUsable(std::uint32_t sectorSize) noexcept
{
    return 2 + entrySectors(sectorSize);
}

std::uint64_t gptTailSectors(std::uint32_t sectorSize) noexcept
{
    return 1 + entrySectors(sectorSize);
}

} // namespace fatlas::partition
