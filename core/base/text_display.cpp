#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/base/utf8.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <array>
#include <iterator>

namespace fatlas {

namespace {

constexpr char32_t zeroWidthNonJoiner = 0x200C;
constexpr char32_t zeroWidthJoiner = 0x200D;

/// Controls, direction marks and overrides, line separators, lone surrogates, noncharacters. The
/// two joiners stay: scripts and emoji need them and they move nothing.
bool isHarmful(char32_t character)
{
    if (character == zeroWidthNonJoiner || character == zeroWidthJoiner)
        return false;
    constexpr std::uint32_t kinds =
        U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
    const auto point = static_cast<UChar32>(character);
    return (U_GET_GC_MASK(point) & kinds) != 0 || (point & 0xFFFE) == 0xFFFE ||
           (point >= 0xFDD0 && point <= 0xFDEF);
}

void appendEscaped(std::string& text, char32_t character)
{
    const auto out = std::back_inserter(text);
    const auto number = static_cast<std::uint32_t>(character);
    if (character == U'\n')
        text += "\\n";
    else if (character == U'\t')
        text += "\\t";
    else if (character == U'\\')
        text += "\\\\";
    else if (character < 0x80)
        fmt::format_to(out, "\\x{:02X}", number);
    else
        fmt::format_to(out, "\\u{{{:04X}}}", number);
}

} // namespace

std::string escapeForTerminal(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const Utf8Step step = decodeUtf8(bytes);
        if (!step.character)
            fmt::format_to(std::back_inserter(text), "\\x{:02X}",
                           static_cast<unsigned char>(bytes.front()));
        else if (*step.character == U'\\' || isHarmful(*step.character))
            appendEscaped(text, *step.character);
        else
            text += bytes.substr(0, step.length);
        bytes.remove_prefix(step.length);
    }
    return text;
}

std::string formatSize(std::uint64_t bytes)
{
    static constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < KiB)
        return bytes == 1 ? "1 byte" : fmt::format("{} bytes", bytes);
    if (bytes % KiB == 0 && bytes < 10 * MiB)
        return fmt::format("{} KiB", formatCount(bytes / KiB));
    std::size_t unit = 0;
    std::uint64_t divisor = KiB;
    // 1023.95 of a unit would be shown as 1024.0: that is one of the next.
    while (unit + 1 < units.size() && bytes >= divisor * KiB - divisor / 20) {
        divisor *= KiB;
        ++unit;
    }
    std::string number =
        fmt::format("{:.1f}", static_cast<double>(bytes) / static_cast<double>(divisor));
    if (number.ends_with(".0"))
        number.resize(number.size() - 2);
    return fmt::format("{} {}", number, units[unit]);
}

std::string formatCount(std::uint64_t count)
{
    std::string digits = std::to_string(count);
    for (std::size_t i = digits.size(); i > 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return digits;
}

} // namespace fatlas
