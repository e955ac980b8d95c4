#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/short_name_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace fatlas::fat {
namespace {

constexpr std::size_t baseSize = 8;
constexpr std::size_t extensionSize = 3;
constexpr std::uint32_t maxTailDigits = 6;

/// What a long name looks like in 8.3, and whether anything but its case was lost.
struct Basis {
    std::string base;
    std::string extension;
    bool lossy = false;
};

/// At most `limit` bytes, never half of a double-byte character.
std::string cutBytes(std::string_view bytes, std::size_t limit, const CodePage& page)
{
    std::size_t end = 0;
    while (end < bytes.size()) {
        const std::size_t step = page.isLead(static_cast<unsigned char>(bytes[end])) ? 2 : 1;
        if (end + step > limit)
            break;
        end += step;
    }
    return std::string(bytes.substr(0, end));
}

/// One character in the page, or nothing when a short name cannot hold it.
std::optional<std::string> encodeCharacter(char32_t character, const CodePage& page)
{
    if (!isShortNameCharacter(character))
        return std::nullopt;
    const char32_t upper = toUpper(character);
    if (upper < 0x80)
        return std::string(1, static_cast<char>(upper));
    return page.encode(upper);
}

/// Converts one half: spaces and dots vanish, what DOS cannot have becomes '_'.
std::string convert(std::u16string_view text, std::size_t limit, const CodePage& page, bool& lossy)
{
    std::string bytes;
    while (!text.empty()) {
        const char32_t character = takeCharacter(text);
        if (character == U' ' || character == U'.') {
            lossy = true;
            continue;
        }
        const auto encoded = encodeCharacter(character, page);
        lossy = lossy || !encoded;
        const std::string_view piece = encoded ? std::string_view(*encoded) : "_";
        if (bytes.size() + piece.size() > limit) {
            lossy = true;
            break;
        }
        bytes += piece;
    }
    return bytes;
}

Basis basisOf(std::u16string_view longName, const CodePage& page)
{
    Basis basis;
    const std::size_t start = longName.find_first_not_of(u". ");
    if (start != 0) {
        basis.lossy = true;
        longName.remove_prefix(std::min(start, longName.size()));
    }
    const std::size_t dot = longName.rfind(u'.');
    basis.base = convert(longName.substr(0, dot), baseSize, page, basis.lossy);
    if (dot != std::u16string_view::npos)
        basis.extension = convert(longName.substr(dot + 1), extensionSize, page, basis.lossy);
    if (basis.base.empty()) {
        basis.base = "_";
        basis.lossy = true;
    }
    return basis;
}

ShortNameBytes assemble(std::string_view base, std::string_view extension)
{
    ShortNameBytes name;
    name.fill(' ');
    std::ranges::copy(base, name.begin());
    std::ranges::copy(extension, name.begin() + baseSize);
    if (name[0] == slot_mark::deleted)
        name[0] = slot_mark::escapedE5;
    return name;
}

/// `prefix~number`
std::string withTail(std::string_view prefix, std::uint32_t number)
{
    std::array<char, 10> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    std::string base(prefix);
    base += '~';
    base.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    return base;
}

} // namespace

std::size_t ShortNameSet::Hash::operator()(const ShortNameBytes& name) const noexcept
{
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, name.data(), sizeof low);
    std::memcpy(&high, name.data() + 7, sizeof high);
    std::uint64_t mixed = (low ^ std::uint64_t{high} << 29) * 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93U;
    return static_cast<std::size_t>(mixed ^ mixed >> 32);
}

bool ShortNameSet::insert(const ShortNameBytes& name)
{
    return m_names.insert(name).second;
}

void ShortNameSet::erase(const ShortNameBytes& name)
{
    m_names.erase(name);
}

bool ShortNameSet::contains(const ShortNameBytes& name) const
{
    return m_names.contains(name);
}

Result<ShortNameBytes> ShortNameSet::makeUnique(std::u16string_view longName, const CodePage& page)
{
    const Basis basis = basisOf(longName, page);
    if (const auto plain = assemble(basis.base, basis.extension); !basis.lossy && insert(plain))
        return plain;
    std::uint32_t first = 1;
    for (std::uint32_t digits = 1; digits <= maxTailDigits; ++digits, first *= 10) {
        const std::string prefix = cutBytes(basis.base, baseSize - 1 - digits, page);
        TailKey key = assemble(prefix, basis.extension);
        key[baseSize - 1] = static_cast<unsigned char>(digits);
        std::uint32_t& next = m_nextTail.try_emplace(key, first).first->second;
        while (next < first * 10) {
            const auto name = assemble(withTail(prefix, next++), basis.extension);
            if (insert(name))
                return name;
        }
    }
    return fail(ErrorCode::Limit,
                fmt::format("no short name is left for \"{}\": every tail up to ~999999 is taken",
                            escapeForTerminal(utf8FromUtf16(longName))));
}

} // namespace fatlas::fat
