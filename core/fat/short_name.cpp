#include "core/fat/short_name.hpp"

#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name_text.hpp"

#include <algorithm>
#include <bit>

namespace fatlas::fat {
namespace {

constexpr std::size_t baseSize = 8;
constexpr std::size_t extensionSize = 3;

enum class LetterCase : std::uint8_t { None, Upper, Lower };

/// One half of a short name while it is put together.
struct Part {
    std::string bytes;
    LetterCase letterCase = LetterCase::None;
};

bool isLower(char32_t c)
{
    return c >= U'a' && c <= U'z';
}

/// Adds a character; false when it does not fit, cannot stand here or mixes the case.
bool append(Part& part, char32_t character, std::size_t limit, const CodePage& page,
            Extended extended)
{
    if (!isShortNameCharacter(character) || character == U' ' || character == U'.')
        return false;
    if (character >= 0x80 &&
        (extended == Extended::NeedLongName || toUpper(character) != character))
        return false;
    if (isLower(character) || (character >= U'A' && character <= U'Z')) {
        const LetterCase seen = isLower(character) ? LetterCase::Lower : LetterCase::Upper;
        if (part.letterCase != LetterCase::None && part.letterCase != seen)
            return false;
        part.letterCase = seen;
    }
    const auto bytes = page.encode(toUpper(character));
    if (!bytes || part.bytes.size() + bytes->size() > limit)
        return false;
    part.bytes += *bytes;
    return true;
}

std::optional<Part> exactPart(std::u16string_view text, std::size_t limit, const CodePage& page,
                              Extended extended)
{
    Part part;
    while (!text.empty())
        if (!append(part, takeCharacter(text), limit, page, extended))
            return std::nullopt;
    return part;
}

std::string trimmed(std::string text, LetterCase letterCase)
{
    text.erase(text.find_last_not_of(' ') + 1);
    if (letterCase == LetterCase::Lower)
        for (char& c : text)
            if (c >= 'A' && c <= 'Z')
                c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// Lower-cases only what is a character of its own: in a double-byte page a second byte can look
/// like a capital.
std::string decodePart(std::string_view bytes, bool lower, const CodePage& page)
{
    return trimmed(page.decode(bytes), lower ? LetterCase::Lower : LetterCase::None);
}

} // namespace

char32_t takeCharacter(std::u16string_view& text) noexcept
{
    const char32_t first = text.front();
    text.remove_prefix(1);
    const bool high = first >= 0xD800 && first <= 0xDBFF;
    if (!high || text.empty() || text.front() < 0xDC00 || text.front() > 0xDFFF)
        return first;
    const char32_t second = text.front();
    text.remove_prefix(1);
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

char32_t toUpper(char32_t character) noexcept
{
    if (character < 0x80)
        return isLower(character) ? character - U'a' + U'A' : character;
    return character > 0xFFFF ? character : upperCase(static_cast<char16_t>(character));
}

bool isShortNameCharacter(char32_t character) noexcept
{
    if (character >= 0x80)
        return true;
    const char c = static_cast<char>(character);
    return character >= 0x20 && character != 0x7F && !longNameOnlyCharacters.contains(c) &&
           !neverCharacters.contains(c);
}

std::optional<ShortName> exactShortName(std::u16string_view longName, const CodePage& page,
                                        Extended extended)
{
    const std::size_t dot = longName.find(u'.');
    const bool hasExtension = dot != std::u16string_view::npos;
    const auto base = exactPart(longName.substr(0, dot), baseSize, page, extended);
    const auto extension =
        exactPart(hasExtension ? longName.substr(dot + 1) : longName.substr(0, 0), extensionSize,
                  page, extended);
    if (!base || !extension || base->bytes.empty() || (hasExtension && extension->bytes.empty()))
        return std::nullopt;
    ShortName name;
    name.bytes.fill(' ');
    std::ranges::copy(base->bytes, name.bytes.begin());
    std::ranges::copy(extension->bytes, name.bytes.begin() + baseSize);
    if (name.bytes[0] == slot_mark::deleted)
        name.bytes[0] = slot_mark::escapedE5;
    if (base->letterCase == LetterCase::Lower)
        name.ntCaseBits |= ntCase::lowerBase;
    if (extension->letterCase == LetterCase::Lower)
        name.ntCaseBits |= ntCase::lowerExtension;
    return name;
}

std::string formatShortName(const ShortName& name, const CodePage& page)
{
    std::string bytes(name.bytes.begin(), name.bytes.end());
    if (name.bytes[0] == slot_mark::escapedE5)
        bytes[0] = static_cast<char>(slot_mark::deleted);
    std::string text = decodePart(std::string_view(bytes).substr(0, baseSize),
                                  (name.ntCaseBits & ntCase::lowerBase) != 0, page);
    const std::string extension = decodePart(std::string_view(bytes).substr(baseSize),
                                             (name.ntCaseBits & ntCase::lowerExtension) != 0, page);
    if (!extension.empty())
        text += '.' + extension;
    return text;
}

std::uint8_t shortNameChecksum(const ShortNameBytes& name) noexcept
{
    std::uint8_t sum = 0;
    for (const unsigned char byte : name)
        sum = static_cast<std::uint8_t>(std::rotr(sum, 1) + byte);
    return sum;
}

} // namespace fatlas::fat
