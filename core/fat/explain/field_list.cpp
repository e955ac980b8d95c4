#include "core/fat/explain/field_list.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxShownBytes = 16;

std::string hexOf(ByteView bytes)
{
    std::string text;
    for (const std::byte b : bytes)
        text += fmt::format("{}{:02X}", text.empty() ? "" : " ", std::to_integer<unsigned>(b));
    return text;
}

} // namespace

std::string bytesText(ByteView bytes)
{
    if (bytes.size() <= maxShownBytes)
        return hexOf(bytes);
    if (std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{}; }))
        return fmt::format("{} bytes, all zero", formatCount(bytes.size()));
    return fmt::format("{} bytes: {} ...", formatCount(bytes.size()), hexOf(bytes.first(8)));
}

std::uint64_t FieldList::number(std::size_t offset, std::size_t size) const
{
    std::uint64_t value = 0;
    const ByteView raw = bytes(offset, size);
    for (std::size_t i = raw.size(); i-- > 0;)
        value = value << 8 | std::to_integer<std::uint64_t>(raw[i]);
    return value;
}

ByteView FieldList::bytes(std::size_t offset, std::size_t size) const
{
    return rangeFits(offset, size, m_bytes.size()) ? m_bytes.subspan(offset, size) : ByteView{};
}

void FieldList::add(std::size_t offset, std::size_t size, std::string value, FieldWords words)
{
    if (!rangeFits(offset, size, m_bytes.size()) || size == 0)
        return;
    m_fields.push_back({.place = {.offset = m_at + offset, .length = size},
                        .bits = {},
                        .name = std::string(words.name),
                        .value = std::move(value),
                        .meaning = std::move(words.meaning),
                        .oddity = std::move(words.oddity)});
}

void FieldList::addDecimal(std::size_t offset, std::size_t size, FieldWords words)
{
    add(offset, size, fmt::format("{}", number(offset, size)), std::move(words));
}

void FieldList::addHex(std::size_t offset, std::size_t size, FieldWords words)
{
    add(offset, size, fmt::format("0x{:0{}X}", number(offset, size), size * 2), std::move(words));
}

void FieldList::addBytes(std::size_t offset, std::size_t size, FieldWords words)
{
    add(offset, size, bytesText(bytes(offset, size)), std::move(words));
}

} // namespace fatlas::fat
