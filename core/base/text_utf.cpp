#include "core/base/text.hpp"
#include "core/base/utf8.hpp"

namespace fatlas {

namespace {

constexpr char16_t replacement = 0xFFFD;

void append(std::u16string& text, char32_t character)
{
    if (character < 0x10000) {
        text += static_cast<char16_t>(character);
        return;
    }
    const char32_t rest = character - 0x10000;
    text += static_cast<char16_t>(0xD800 + (rest >> 10));
    text += static_cast<char16_t>(0xDC00 + (rest & 0x3FF));
}

bool isHigh(char32_t unit) noexcept
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool isLow(char32_t unit) noexcept
{
    return unit >= 0xDC00 && unit < 0xE000;
}

} // namespace

std::optional<std::u16string> utf16FromUtf8(std::string_view bytes)
{
    std::u16string text;
    text.reserve(bytes.size());
    bool afterHigh = false;
    while (!bytes.empty()) {
        const Utf8Step step = decodeUtf8(bytes);
        // A pair written as two three-byte sequences would come back as four other bytes.
        if (!step.character || (afterHigh && isLow(*step.character)))
            return std::nullopt;
        append(text, *step.character);
        afterHigh = isHigh(*step.character);
        bytes.remove_prefix(step.length);
    }
    return text;
}

std::u16string utf16FromUtf8Lossy(std::string_view bytes)
{
    std::u16string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const Utf8Step step = decodeUtf8(bytes);
        append(text, step.character.value_or(replacement));
        bytes.remove_prefix(step.length);
    }
    return text;
}

std::string utf8FromUtf16(std::u16string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char32_t character = text[i];
        if (character < 0x80) {
            bytes += static_cast<char>(character);
            continue;
        }
        if (isHigh(character) && i + 1 < text.size() && isLow(text[i + 1])) {
            character = 0x10000 + ((character - 0xD800) << 10) + (text[i + 1] - char32_t{0xDC00});
            ++i;
        }
        appendUtf8(bytes, character);
    }
    return bytes;
}

} // namespace fatlas
