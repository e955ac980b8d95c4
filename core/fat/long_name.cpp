#include "core/fat/long_name.hpp"

#include <algorithm>
#include <cstdlib>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t lastPartFlag = 0x40;
constexpr char16_t padding = 0xFFFF;

LongNameSlotRaw encodeSlot(std::u16string_view name, std::uint32_t part, std::uint8_t checksum)
{
    const std::size_t start = part * unitsPerSlot;
    const auto unit = [&](std::size_t i) -> Le16 {
        const std::size_t at = start + i;
        return static_cast<std::uint16_t>(at < name.size()    ? name[at]
                                          : at == name.size() ? u'\0'
                                                              : padding);
    };
    LongNameSlotRaw slot;
    slot.order = static_cast<std::uint8_t>(part + 1);
    slot.checksum = checksum;
    for (std::size_t i = 0; i < slot.part1.size(); ++i)
        slot.part1[i] = unit(i);
    for (std::size_t i = 0; i < slot.part2.size(); ++i)
        slot.part2[i] = unit(slot.part1.size() + i);
    for (std::size_t i = 0; i < slot.part3.size(); ++i)
        slot.part3[i] = unit(slot.part1.size() + slot.part2.size() + i);
    return slot;
}

} // namespace

std::array<char16_t, unitsPerSlot> unitsOf(const LongNameSlotRaw& slot) noexcept
{
    std::array<char16_t, unitsPerSlot> units{};
    const auto get = [](Le16 stored) { return static_cast<char16_t>(stored.get()); };
    auto out = std::ranges::transform(slot.part1, units.begin(), get).out;
    out = std::ranges::transform(slot.part2, out, get).out;
    std::ranges::transform(slot.part3, out, get);
    return units;
}

std::vector<LongNameSlotRaw> encodeLongName(std::u16string_view name,
                                            std::uint8_t shortNameChecksum)
{
    if (name.empty() || name.size() > maxLongNameUnits)
        std::abort();
    const std::uint32_t count = longNameSlotCount(name.size());
    std::vector<LongNameSlotRaw> slots;
    slots.reserve(count);
    for (std::uint32_t part = count; part-- > 0;)
        slots.push_back(encodeSlot(name, part, shortNameChecksum));
    slots.front().order |= lastPartFlag;
    return slots;
}

} // namespace fatlas::fat
