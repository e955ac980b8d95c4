#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/short_name_text.hpp"

#include <fmt/format.h>

#include <algorithm>

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
        std::optional<std::string> encoded;
        if (isShortNameCharacter(character))
            encoded = page.encode(toUpper(character));
        lossy = lossy || !encoded;
        const std::string piece = encoded.value_or("_");
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
    if (name[0] == slotMark::deleted)
        name[0] = slotMark::escapedE5;
    return name;
}

std::string keyOf(const ShortNameBytes& name)
{
    return {name.begin(), name.end()};
}

} // namespace

bool ShortNameSet::insert(const ShortNameBytes& name)
{
    return m_names.insert(keyOf(name)).second;
}

bool ShortNameSet::contains(const ShortNameBytes& name) const
{
    return m_names.contains(keyOf(name));
}

Result<ShortNameBytes> ShortNameSet::makeUnique(std::u16string_view longName, const CodePage& page)
{
    const Basis basis = basisOf(longName, page);
    if (const auto plain = assemble(basis.base, basis.extension); !basis.lossy && insert(plain))
        return plain;
    std::uint32_t first = 1;
    for (std::uint32_t digits = 1; digits <= maxTailDigits; ++digits, first *= 10) {
        const std::string prefix = cutBytes(basis.base, baseSize - 1 - digits, page);
        const std::string key =
            keyOf(assemble(prefix, basis.extension)) + static_cast<char>('0' + digits);
        std::uint32_t& next = m_nextTail.try_emplace(key, first).first->second;
        while (next < first * 10) {
            const auto name = assemble(fmt::format("{}~{}", prefix, next++), basis.extension);
            if (insert(name))
                return name;
        }
    }
    return fail(ErrorCode::Limit,
                fmt::format("no short name is left for \"{}\": every tail up to ~999999 is taken",
                            escapeForTerminal(utf8FromUtf16(longName))));
}

} // namespace fatlas::fat
