#include "core/base/text.hpp"
#include "core/fat/long_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fatlas::fat {
namespace {

constexpr std::u16string_view reservedCharacters = u"\"*/:<>?\\|";
constexpr std::size_t maxKeptExtension = 32; ///< a longer one is not an extension

/// Collects the clauses that say why a name changed.
class Reasons {
public:
    void add(std::string_view clause)
    {
        if (!m_text.empty())
            m_text += "; ";
        m_text += clause;
    }

    [[nodiscard]] std::string take() && { return std::move(m_text); }

private:
    std::string m_text;
};

/// Longest UTF-8 sequence at the start of `bytes`, 0 when there is none.
std::size_t sequenceLength(std::string_view bytes)
{
    for (std::size_t length = 1; length <= std::min<std::size_t>(bytes.size(), 4); ++length)
        if (utf16FromUtf8(bytes.substr(0, length)))
            return length;
    return 0;
}

/// Each byte that is not UTF-8 becomes '_'; a genuine U+FFFD of the host stays what it is.
std::u16string decodeHostName(std::string_view hostName, Reasons& reasons)
{
    const auto isAscii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(hostName, isAscii)) // nearly every name, and ten times faster
        return {hostName.begin(), hostName.end()};
    if (auto text = utf16FromUtf8(hostName))
        return *std::move(text);
    reasons.add("bytes that are not UTF-8 cannot stand in a name on FAT");
    std::u16string text;
    while (!hostName.empty()) {
        const std::size_t length = sequenceLength(hostName);
        text += length == 0 ? u"_" : utf16FromUtf8Lossy(hostName.substr(0, length));
        hostName.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

/// U+FFFF is what fills a slot after the end of a name, so no reader could tell them apart.
bool isControl(char16_t unit)
{
    return unit < 0x20 || unit == 0x7F || unit == 0xFFFF;
}

/// `":", "?" and "*"`
std::string quotedList(std::u16string_view characters)
{
    std::string list;
    for (std::size_t i = 0; i < characters.size(); ++i) {
        if (i > 0)
            list += i + 1 == characters.size() ? " and " : ", ";
        list += fmt::format("\"{}\"", utf8FromUtf16(characters.substr(i, 1)));
    }
    return list;
}

void replaceIllegal(std::u16string& name, Reasons& reasons)
{
    std::u16string found;
    bool control = false;
    for (char16_t& unit : name) {
        const bool reserved = reservedCharacters.contains(unit);
        if (reserved && !found.contains(unit))
            found += unit;
        control = control || isControl(unit);
        if (reserved || isControl(unit))
            unit = u'_';
    }
    if (!found.empty())
        reasons.add(fmt::format("{} cannot stand in a name on FAT", quotedList(found)));
    if (control)
        reasons.add("control characters cannot stand in a name on FAT");
}

void stripEnd(std::u16string& name, Reasons& reasons)
{
    const std::size_t end = name.find_last_not_of(u". ") + 1;
    if (end == name.size())
        return;
    const std::u16string_view cut = std::u16string_view(name).substr(end);
    const bool dot = cut.contains(u'.');
    const bool space = cut.contains(u' ');
    reasons.add(fmt::format("a name on FAT cannot end in {}",
                            dot && space ? "dots and spaces" : (dot ? "a dot" : "a space")));
    name.resize(end);
}

bool isDigitOfPort(char16_t unit)
{
    return (unit >= u'1' && unit <= u'9') || unit == u'\u00B9' || unit == u'\u00B2' ||
           unit == u'\u00B3';
}

bool isDevice(std::u16string_view word)
{
    static constexpr std::array<std::u16string_view, 7> devices{
        u"CON", u"PRN", u"AUX", u"NUL", u"CONIN$", u"CONOUT$", u"CLOCK$"};
    if (word.size() == 4 && (word.starts_with(u"COM") || word.starts_with(u"LPT")))
        return isDigitOfPort(word.back());
    return std::ranges::find(devices, word) != devices.end();
}

/// A device name counts with any extension, and with spaces before the first dot.
void avoidDevice(std::u16string& name, Reasons& reasons)
{
    const std::u16string_view base = std::u16string_view(name).substr(0, name.find(u'.'));
    const std::size_t length = base.find_last_not_of(u' ') + 1;
    std::u16string word(base.substr(0, length));
    for (char16_t& unit : word)
        if (unit >= u'a' && unit <= u'z')
            unit = static_cast<char16_t>(unit - u'a' + u'A');
    if (!isDevice(word))
        return;
    reasons.add(fmt::format("{} is a device in DOS and Windows", utf8FromUtf16(word)));
    name.insert(length, 1, u'_');
}

/// Cuts the base so that the extension stays, never through a surrogate pair.
void shorten(std::u16string& name, Reasons& reasons)
{
    if (name.size() <= maxLongNameUnits)
        return;
    reasons.add(fmt::format("{} UTF-16 units are too long, a name on FAT has at most {}",
                            name.size(), maxLongNameUnits));
    const std::size_t dot = name.rfind(u'.');
    const bool hasExtension =
        dot != std::u16string::npos && dot > 0 && name.size() - dot <= maxKeptExtension;
    const std::u16string extension = hasExtension ? name.substr(dot) : std::u16string();
    std::size_t keep = maxLongNameUnits - extension.size();
    const char16_t last = name[keep - 1];
    if (last >= 0xD800 && last <= 0xDBFF)
        --keep;
    name.resize(keep);
    if (extension.empty())
        name.resize(name.find_last_not_of(u". ") + 1);
    name += extension;
}

} // namespace

LegalName makeLegalName(std::string_view hostName)
{
    Reasons reasons;
    std::u16string name = decodeHostName(hostName, reasons);
    replaceIllegal(name, reasons);
    stripEnd(name, reasons);
    avoidDevice(name, reasons);
    shorten(name, reasons);
    if (name.empty())
        name = u"_";
    return {.name = std::move(name), .why = std::move(reasons).take()};
}

} // namespace fatlas::fat
