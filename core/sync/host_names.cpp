#include "core/sync/host_names.hpp"

#include "core/base/crc32.hpp"
#include "core/base/utf8.hpp"
#include "core/host/own_names.hpp"

#include <fmt/format.h>

namespace fatlas::sync {

namespace {

constexpr std::size_t maxNameBytes = 255;
constexpr std::size_t maxKeptExtension = 32;

bool isControl(char32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

bool isSurrogate(char32_t character)
{
    return character >= 0xD800 && character < 0xE000;
}

void appendEscaped(std::string& name, std::string_view bytes)
{
    for (const char byte : bytes)
        name += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
}

std::string escaped(std::string_view guestName)
{
    std::string name;
    for (std::size_t at = 0; at < guestName.size();) {
        const std::string_view rest = guestName.substr(at);
        const Utf8Step step = decodeUtf8(rest);
        const std::string_view bytes = rest.substr(0, step.length);
        const bool isPlain = step.character && !isControl(*step.character) &&
                             !isSurrogate(*step.character) && *step.character != U'/';
        if (isPlain)
            name += bytes;
        else
            appendEscaped(name, bytes);
        at += step.length;
    }
    return name;
}

std::string_view cutUtf8(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    return text.substr(0, limit);
}

/// "name.txt" with "~2" is "name~2.txt".
std::string withTail(std::string_view name, const std::string& tail)
{
    const std::size_t dot = name.rfind('.');
    const bool hasExtension =
        dot != std::string_view::npos && dot > 0 && name.size() - dot <= maxKeptExtension;
    const std::string_view extension = hasExtension ? name.substr(dot) : std::string_view();
    const std::string_view base = name.substr(0, name.size() - extension.size());
    const std::size_t room = maxNameBytes - tail.size() - extension.size();
    return fmt::format("{}{}{}", cutUtf8(base, room), tail, extension);
}

} // namespace

std::string hostNameFor(std::string_view guestName)
{
    std::string name = escaped(guestName);
    if (name.empty() || name == "." || name == ".." || host::isOwnName(name)) {
        const std::string plain = name.empty() ? " " : name;
        name.clear();
        appendEscaped(name, plain.substr(0, 1));
        name += plain.substr(1);
    }
    if (name.size() <= maxNameBytes)
        return name;
    return withTail(name, fmt::format("~{:08x}", crc32(std::as_bytes(std::span(name)))));
}

std::string numberedName(std::string_view hostName, std::uint32_t number)
{
    return withTail(hostName, fmt::format("~{}", number));
}

std::string besideName(std::string_view hostName, std::uint32_t number)
{
    return withTail(hostName, number == 1 ? " (guest)" : fmt::format(" (guest {})", number));
}

} // namespace fatlas::sync
