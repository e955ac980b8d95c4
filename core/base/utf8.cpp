#include "core/base/utf8.hpp"

namespace fatlas {

namespace {

struct Form {
    std::size_t length;
    char32_t payload;  ///< bits of the first byte
    char32_t smallest; ///< below this the sequence is too long for its character
};

std::optional<Form> formOf(unsigned char first) noexcept
{
    if (first >= 0xC2 && first < 0xE0)
        return Form{.length = 2, .payload = first & 0x1FU, .smallest = 0x80};
    if (first >= 0xE0 && first < 0xF0)
        return Form{.length = 3, .payload = first & 0x0FU, .smallest = 0x800};
    if (first >= 0xF0 && first < 0xF5)
        return Form{.length = 4, .payload = first & 0x07U, .smallest = 0x10000};
    return std::nullopt;
}

} // namespace

Utf8Step decodeUtf8(std::string_view bytes) noexcept
{
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first < 0x80)
        return {.character = first, .length = 1};
    const std::optional<Form> form = formOf(first);
    if (!form || bytes.size() < form->length)
        return {.character = std::nullopt, .length = 1};
    char32_t character = form->payload;
    for (std::size_t i = 1; i < form->length; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if ((byte & 0xC0) != 0x80)
            return {.character = std::nullopt, .length = 1};
        character = (character << 6) | (byte & 0x3FU);
    }
    if (character < form->smallest || character > 0x10FFFF)
        return {.character = std::nullopt, .length = 1};
    return {.character = character, .length = form->length};
}

void appendUtf8(std::string& bytes, char32_t character)
{
    const auto tail = [&](unsigned shift) {
        bytes += static_cast<char>(0x80 | ((character >> shift) & 0x3F));
    };
    if (character < 0x80) {
        bytes += static_cast<char>(character);
    } else if (character < 0x800) {
        bytes += static_cast<char>(0xC0 | (character >> 6));
        tail(0);
    } else if (character < 0x10000) {
        bytes += static_cast<char>(0xE0 | (character >> 12));
        tail(6);
        tail(0);
    } else {
        bytes += static_cast<char>(0xF0 | (character >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

} // namespace fatlas
