#include "core/fat/deleted/deleted_name.hpp"

#include "core/base/text.hpp"
#include "core/fat/long_name.hpp"
#include "core/fat/short_name.hpp"

#include <algorithm>
#include <optional>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t maxSlots = 20;
constexpr unsigned char lostCharacter = '_';

std::optional<LongNameSlotRaw> deletedLongSlot(ByteView slots, std::uint32_t index)
{
    const auto slot = load<LongNameSlotRaw>(slots, std::size_t{index} * slotSize);
    if (!slot || slot->order != slot_mark::deleted ||
        (slot->attributes & attribute::longNameMask) != attribute::longName)
        return std::nullopt;
    return *slot;
}

/// The units of a part up to its end; nothing when the padding behind is wrong.
std::optional<std::u16string> unitsUpToEnd(const LongNameSlotRaw& slot)
{
    const auto units = unitsOf(slot);
    const auto end = std::ranges::find(units, char16_t{0});
    const bool padded = end == units.end() || std::all_of(end + 1, units.end(), [](char16_t unit) {
                            return unit == 0xFFFF;
                        });
    if (!padded)
        return std::nullopt;
    return std::u16string(units.begin(), end);
}

/// The first byte with which the eleven have this checksum; there is exactly one.
unsigned char firstByteFor(ShortNameBytes name, std::uint8_t checksum)
{
    for (unsigned byte = 0; byte < 256; ++byte) {
        name[0] = static_cast<unsigned char>(byte);
        if (shortNameChecksum(name) == checksum)
            return name[0];
    }
    return 0;
}

/// The parts stand last one first; only the last one may be shorter than 13 units.
std::optional<std::u16string> longNameBefore(ByteView slots, std::uint32_t index)
{
    std::u16string name;
    std::optional<std::uint8_t> checksum;
    for (std::uint32_t back = 1; back <= std::min(index, maxSlots); ++back) {
        const auto slot = deletedLongSlot(slots, index - back);
        if (!slot || (checksum && *checksum != slot->checksum))
            break;
        const auto part = unitsUpToEnd(*slot);
        if (!part || part->empty())
            break;
        checksum = slot->checksum;
        name += *part;
        if (part->size() < unitsPerSlot)
            break;
    }
    if (name.empty() || name.size() > maxLongNameUnits)
        return std::nullopt;
    return name;
}

/// Long and short name begin with the same character, unless that one cannot be in a short name.
bool couldBegin(unsigned char first, const std::u16string& longName)
{
    const bool legal = first > ' ' && first != 0x7F && first != slot_mark::deleted &&
                       std::string_view("\"*+,./:;<=>?[\\]|").find(static_cast<char>(first)) ==
                           std::string_view::npos &&
                       (first < 'a' || first > 'z');
    const char16_t unit = longName.front();
    const bool isLetter = (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z') ||
                          (unit >= '0' && unit <= '9');
    return legal && (!isLetter || upperCase(unit) == first);
}

} // namespace

DeletedName deletedName(ByteView slots, std::uint32_t index, const CodePage& page)
{
    const auto raw = load<DirectoryEntryRaw>(slots, std::size_t{index} * slotSize);
    if (!raw)
        return {};
    ShortName shortName{.bytes = raw->name, .ntCaseBits = raw->ntCaseBits};
    DeletedName result;
    const auto longName = longNameBefore(slots, index);
    const auto slot = longName ? deletedLongSlot(slots, index - 1) : std::nullopt;
    if (longName && slot) {
        const unsigned char first = firstByteFor(raw->name, slot->checksum);
        if (couldBegin(first, *longName)) {
            shortName.bytes[0] = first;
            result.name = utf8FromUtf16(*longName);
            result.isWhole = true;
        }
    }
    if (!result.isWhole)
        shortName.bytes[0] = lostCharacter;
    result.shortName = formatShortName(shortName, page);
    if (!result.isWhole)
        result.name = result.shortName;
    return result;
}

bool isPlausibleSlot(const DirectoryEntryRaw& raw) noexcept
{
    constexpr std::uint8_t unknownBits = 0xC0;
    if ((raw.attributes & unknownBits) != 0)
        return false;
    if ((raw.attributes & attribute::longNameMask) == attribute::longName)
        return load<LongNameSlotRaw>(asBytes(raw))->firstClusterLow.get() == 0;
    if ((raw.attributes & attribute::volumeLabel) != 0)
        return false;
    const auto isNameByte = [](unsigned char byte) { return byte >= ' ' && byte != 0x7F; };
    return std::all_of(raw.name.begin() + 1, raw.name.end(), isNameByte) &&
           (raw.attributes & attribute::directory) * std::uint64_t{raw.size.get()} == 0;
}

} // namespace fatlas::fat
