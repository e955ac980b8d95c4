#include "core/image/host_name.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::image {

namespace {

constexpr std::size_t maxHostNameBytes = 255;
constexpr std::size_t maxKeptExtension = 32;

bool isHigh(char16_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool isLow(char16_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

bool isControl(char16_t unit)
{
    return unit < 0x20 || (unit >= 0x7F && unit < 0xA0);
}

/// Unit i as the host may have it: '_' for what it may not.
char16_t hostUnit(const std::u16string& text, std::size_t i)
{
    const char16_t unit = text[i];
    const bool pairedHigh = isHigh(unit) && i + 1 < text.size() && isLow(text[i + 1]);
    const bool pairedLow = isLow(unit) && i > 0 && isHigh(text[i - 1]);
    const bool lone = (isHigh(unit) && !pairedHigh) || (isLow(unit) && !pairedLow);
    return unit == u'/' || isControl(unit) || lone ? u'_' : unit;
}

/// At most `limit` bytes, cut between characters.
std::string_view cutUtf8(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    return text.substr(0, limit);
}

/// Where the extension begins; the end of the name when there is none worth keeping.
std::size_t extensionStart(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    const bool worthKeeping =
        dot != std::string_view::npos && dot > 0 && name.size() - dot <= maxKeptExtension;
    return worthKeeping ? dot : name.size();
}

/// "report.txt" with "~2" becomes "report~2.txt", cut to what a host name may be.
std::string insertTail(std::string_view name, std::string_view tail)
{
    const std::size_t dot = extensionStart(name);
    const std::string_view extension = name.substr(dot);
    const std::size_t room = maxHostNameBytes - tail.size() - extension.size();
    return fmt::format("{}{}{}", cutUtf8(name.substr(0, dot), room), tail, extension);
}

} // namespace

HostName makeHostName(std::string_view diskName)
{
    const std::u16string text = utf16FromUtf8Lossy(diskName);
    std::u16string legal(text.size(), u'\0');
    for (std::size_t i = 0; i < text.size(); ++i)
        legal[i] = hostUnit(text, i);

    HostName result{.name = utf8FromUtf16(legal), .why = ""};
    if (result.name != diskName)
        result.why = "it holds characters that a file name here cannot have";
    if (result.name.empty() || result.name == "." || result.name == "..") {
        result.why = "it would not name a file here";
        result.name.insert(0, "_");
    }
    if (result.name.size() > maxHostNameBytes) {
        result.why = fmt::format("it is {} bytes long and a file name here has at most {}",
                                 result.name.size(), maxHostNameBytes);
        result.name = insertTail(result.name, "");
    }
    return result;
}

HostName HostNames::makeUnique(std::string_view diskName)
{
    HostName result = makeHostName(diskName);
    if (m_used.insert(result.name).second)
        return result;
    const std::string taken = result.name;
    std::uint32_t& tail = m_nextTail.try_emplace(taken, 2).first->second;
    do
        result.name = insertTail(taken, fmt::format("~{}", tail++));
    while (!m_used.insert(result.name).second);
    result.why = "another file or folder beside it has that name already";
    return result;
}

} // namespace fatlas::image
