#include "core/folder_disk/options_text.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace fatlas::folder_disk {
namespace {

std::unexpected<Error> badSize(std::string_view text)
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" is not a size; expected a number with K, M, G or T (powers of "
                            "1024) or without (bytes), like 1440K, 64M or 1.5G",
                            escapeForTerminal(text)));
}

/// What a suffix multiplies by; 0 when it is none.
std::uint64_t unitOf(std::string_view suffix)
{
    if (suffix.empty() || suffix == "B" || suffix == "b")
        return 1;
    const std::string_view rest = suffix.substr(1);
    if (!rest.empty() && rest != "iB" && rest != "ib" && rest != "B" && rest != "b" && rest != "i")
        return 0;
    switch (suffix.front()) {
    case 'K':
    case 'k': return KiB;
    case 'M':
    case 'm': return MiB;
    case 'G':
    case 'g': return GiB;
    case 'T':
    case 't': return TiB;
    default: return 0;
    }
}

/// Digits after the point times the unit, cut to whole bytes; nothing when there are too many.
std::optional<std::uint64_t> fractionOf(std::string_view digits, std::uint64_t unit)
{
    std::uint64_t value = 0;
    std::uint64_t scale = 1;
    if (digits.size() > 6) // so that the product below stays in 64 bits
        return std::nullopt;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
        scale *= 10;
    }
    return value * unit / scale;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

Result<std::uint64_t> parseSize(std::string_view text)
{
    std::uint64_t whole = 0;
    const char* const end = text.data() + text.size();
    const auto [next, problem] = std::from_chars(text.data(), end, whole);
    if (problem != std::errc{})
        return badSize(text);
    std::string_view rest(next, static_cast<std::size_t>(end - next));
    std::string_view fraction;
    if (rest.starts_with('.')) {
        const std::size_t stop = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
        fraction = rest.substr(1, stop - 1);
        rest.remove_prefix(stop);
        if (fraction.empty())
            return badSize(text);
    }
    if (rest.starts_with(' '))
        rest.remove_prefix(1);
    const std::uint64_t unit = unitOf(rest);
    if (unit == 0 || (unit == 1 && !fraction.empty()))
        return badSize(text);
    const auto bytes = checkedMultiply(whole, unit);
    const auto extra = fractionOf(fraction, unit);
    const auto sum = bytes && extra ? checkedAdd(*bytes, *extra) : std::nullopt;
    if (!sum)
        return badSize(text);
    return *sum;
}

Result<std::uint32_t> parseHex32(std::string_view text)
{
    std::string_view digits = text;
    if (digits.starts_with("0x") || digits.starts_with("0X"))
        digits.remove_prefix(2);
    const bool hasDash = digits.size() == 9 && digits[4] == '-';
    std::uint32_t value = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (hasDash && i == 4)
            continue;
        const int digit = hexDigit(digits[i]);
        if (digit < 0 || ++count > 8)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("\"{}\" is not a number of up to eight hexadecimal digits, "
                                    "like 1A2B-3C4D or 0x1A2B3C4D",
                                    escapeForTerminal(text)));
        value = (value << 4) | static_cast<std::uint32_t>(digit);
    }
    if (count == 0)
        return fail(ErrorCode::InvalidArgument,
                    "an empty text is not a number; expected hexadecimal digits like 1A2B-3C4D");
    return value;
}

} // namespace fatlas::folder_disk
