#include "core/folder_disk/unique_names.hpp"

#include "core/base/text.hpp"
#include "core/fat/long_name.hpp"

#include <algorithm>
#include <bit>

namespace fatlas::folder_disk {
namespace {

char16_t fold(char16_t unit)
{
    if (unit < 0x80)
        return unit >= u'a' && unit <= u'z' ? static_cast<char16_t>(unit - 32) : unit;
    return upperCase(unit);
}

std::uint64_t hashFolded(std::u16string_view name)
{
    std::uint64_t hash = 0x9E3779B97F4A7C15U;
    for (const char16_t unit : name) {
        hash = (hash ^ fold(unit)) * 0xD6E8FEB86659FD93U;
        hash ^= hash >> 32;
    }
    return hash | 1;
}

bool sameFolded(std::u16string_view a, std::u16string_view b)
{
    return std::ranges::equal(a, b, {}, fold, fold);
}

bool isHighSurrogate(char16_t unit)
{
    return (unit & 0xFC00) == 0xD800;
}

} // namespace

FoldedNames::FoldedNames(std::size_t expected)
    : m_slots(std::bit_ceil(std::max<std::size_t>(16, expected * 2)))
{}

std::size_t FoldedNames::find(std::u16string_view name, std::uint64_t hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t i = static_cast<std::size_t>(hash >> 1) & mask;
    while (m_slots[i].hash != 0 && (m_slots[i].hash != hash || !sameFolded(m_slots[i].name, name)))
        i = (i + 1) & mask;
    return i;
}

void FoldedNames::grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    for (const Slot& slot : old)
        if (slot.hash != 0)
            m_slots[find(slot.name, slot.hash)] = slot;
}

std::optional<std::uint32_t> FoldedNames::insert(std::u16string_view name, std::uint32_t index)
{
    if (m_used * 2 >= m_slots.size())
        grow();
    const std::uint64_t hash = hashFolded(name);
    Slot& slot = m_slots[find(name, hash)];
    if (slot.hash != 0)
        return slot.index;
    slot = {.name = name, .hash = hash, .index = index};
    ++m_used;
    return std::nullopt;
}

bool FoldedNames::contains(std::u16string_view name) const
{
    return m_slots[find(name, hashFolded(name))].hash != 0;
}

std::u16string withTail(std::u16string_view name, std::uint32_t number)
{
    std::u16string tail = u"~";
    for (const char digit : std::to_string(number))
        tail += static_cast<char16_t>(digit);
    std::size_t dot = name.rfind(u'.');
    if (dot == std::u16string_view::npos || dot == 0)
        dot = name.size();
    std::u16string_view base = name.substr(0, dot);
    std::u16string_view extension = name.substr(dot);
    // An extension of hundreds of units is cut as well, or no room would be left for the tail.
    const std::size_t room = fat::maxLongNameUnits - tail.size();
    extension = extension.substr(0, std::min(extension.size(), room - 1));
    base = base.substr(0, std::min(base.size(), room - extension.size()));
    if (!base.empty() && base.size() < dot && isHighSurrogate(base.back()))
        base.remove_suffix(1);
    std::u16string result(base);
    result += tail;
    result += extension;
    return result;
}

} // namespace fatlas::folder_disk
