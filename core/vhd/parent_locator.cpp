#include "core/vhd/parent_locator.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace fatlas::vhd {

namespace {

using Known = std::pair<std::string_view, LocatorKind>;
constexpr std::array knownPlatforms{
    Known{std::string_view("\0\0\0\0", 4), LocatorKind::Empty},
    Known{"W2ku", LocatorKind::AbsoluteWindows},
    Known{"W2ru", LocatorKind::RelativeWindows},
    Known{"Wi2k", LocatorKind::AbsoluteAnsi},
    Known{"Wi2r", LocatorKind::RelativeAnsi},
    Known{"MacX", LocatorKind::MacUrl},
    Known{"Mac ", LocatorKind::MacAlias},
};

bool isWide(LocatorKind kind)
{
    return kind == LocatorKind::AbsoluteWindows || kind == LocatorKind::RelativeWindows;
}

std::string textOfWide(ByteView bytes)
{
    std::u16string units;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto unit = static_cast<char16_t>(std::to_integer<unsigned>(bytes[i]) |
                                                std::to_integer<unsigned>(bytes[i + 1]) << 8);
        if (unit == 0)
            break;
        units += unit;
    }
    return utf8FromUtf16(units);
}

std::string textOfNarrow(ByteView bytes)
{
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    text.resize(std::min(text.find('\0'), text.size()));
    return utf8FromUtf16(utf16FromUtf8Lossy(text));
}

std::optional<unsigned> hexDigit(char c)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto place = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    return place == std::string_view::npos ? std::nullopt : std::optional<unsigned>(place);
}

std::string percentDecoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isEscape = text[i] == '%' && i + 2 < text.size();
        const auto high = isEscape ? hexDigit(text[i + 1]) : std::nullopt;
        const auto low = isEscape ? hexDigit(text[i + 2]) : std::nullopt;
        if (high && low) {
            decoded += static_cast<char>(*high << 4 | *low);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::string percentEncoded(std::string_view text)
{
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789-._~/";
    std::string encoded;
    for (const char c : text)
        encoded += plain.contains(c) ? std::string(1, c)
                                     : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return encoded;
}

/// "file://localhost/a/b", "file:///a/b", "/a/b", "b" -> a path.
std::string pathOfUrl(std::string_view url)
{
    constexpr std::string_view scheme = "file:";
    if (!url.starts_with(scheme))
        return std::string(url);
    url.remove_prefix(scheme.size());
    if (url.starts_with("//")) {
        url.remove_prefix(2);
        url.remove_prefix(std::min(url.find('/'), url.size())); // the host
    }
    return percentDecoded(url);
}

std::string withSlashes(std::string text)
{
    std::ranges::replace(text, '\\', '/');
    return text;
}

/// The path a locator means on this system; nothing when it can mean none.
std::optional<std::filesystem::path> hostPath(const ParentLocator& locator)
{
    std::string text;
    if (locator.kind == LocatorKind::MacUrl)
        text = pathOfUrl(locator.text);
    else if (locator.kind != LocatorKind::MacAlias && locator.kind != LocatorKind::Unknown)
        text = withSlashes(locator.text);
    const bool hasDrive = text.size() > 1 && text[1] == ':';
    if (text.empty() || text.contains('\0') || hasDrive || text.starts_with("//"))
        return std::nullopt;
    return std::filesystem::path(text);
}

std::string fileNameOf(std::string_view text)
{
    const auto cut = text.find_last_of("/\\:");
    return std::string(cut == std::string_view::npos ? text : text.substr(cut + 1));
}

class Candidates {
public:
    explicit Candidates(const std::filesystem::path& child) : m_folder(child.parent_path()) {}

    void add(const std::filesystem::path& path, const std::string& source)
    {
        const auto whole = (path.is_absolute() ? path : m_folder / path).lexically_normal();
        const bool isKnown = std::ranges::find(m_all, whole, &ParentCandidate::path) != m_all.end();
        if (!isKnown && !whole.filename().empty())
            m_all.push_back({.path = whole, .source = source});
    }

    void addName(const std::string& name)
    {
        if (!name.empty() && name != "." && name != ".." && !name.contains('\0'))
            add(name, "the child's own folder");
    }

    std::vector<ParentCandidate> take() { return std::move(m_all); }

private:
    std::filesystem::path m_folder;
    std::vector<ParentCandidate> m_all;
};

std::string describe(const ParentLocator& locator)
{
    return fmt::format("{} \"{}\"", std::string_view(locator.platform.data(), 4),
                       escapeForTerminal(locator.text));
}

bool isRelative(const ParentLocator& locator)
{
    return locator.kind == LocatorKind::RelativeWindows ||
           locator.kind == LocatorKind::RelativeAnsi ||
           (locator.kind == LocatorKind::MacUrl && !pathOfUrl(locator.text).starts_with('/'));
}

} // namespace

LocatorKind locatorKindOf(const Tag& platform) noexcept
{
    const std::string_view tag(platform.data(), platform.size());
    const auto* const found = std::ranges::find(knownPlatforms, tag, &Known::first);
    return found == knownPlatforms.end() ? LocatorKind::Unknown : found->second;
}

std::uint64_t locatorSpace(const LocatorRaw& raw) noexcept
{
    const std::uint64_t space = raw.space.get();
    const bool isBytes = space % sectorBytes == 0 && space >= raw.length.get();
    return isBytes ? space : space * sectorBytes;
}

std::string decodeLocatorText(LocatorKind kind, ByteView bytes)
{
    if (kind == LocatorKind::MacAlias || kind == LocatorKind::Unknown)
        return {};
    return isWide(kind) ? textOfWide(bytes) : textOfNarrow(bytes);
}

Bytes encodeLocatorText(LocatorKind kind, std::string_view path)
{
    Bytes bytes;
    if (isWide(kind)) {
        for (const char16_t unit : utf16FromUtf8Lossy(path)) {
            bytes.push_back(static_cast<std::byte>(unit & 0xFF));
            bytes.push_back(static_cast<std::byte>(unit >> 8));
        }
        return bytes;
    }
    const std::string text =
        kind == LocatorKind::MacUrl ? "file://" + percentEncoded(path) : std::string(path);
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

std::vector<ParentCandidate> parentCandidates(const std::filesystem::path& child,
                                              const std::vector<ParentLocator>& locators,
                                              std::u16string_view parentName)
{
    Candidates candidates(child);
    for (const bool wantsRelative : {true, false})
        for (const ParentLocator& locator : locators) {
            const auto path = hostPath(locator);
            if (path && isRelative(locator) == wantsRelative)
                candidates.add(wantsRelative ? path->relative_path() : *path, describe(locator));
        }
    for (const ParentLocator& locator : locators)
        if (!locator.text.empty())
            candidates.addName(fileNameOf(
                locator.kind == LocatorKind::MacUrl ? pathOfUrl(locator.text) : locator.text));
    candidates.addName(fileNameOf(utf8FromUtf16(parentName)));
    return candidates.take();
}

std::optional<std::string> relativeWindowsPath(const std::filesystem::path& parent,
                                               const std::filesystem::path& child)
{
    const auto relative = parent.lexically_relative(child.parent_path());
    if (relative.empty() || relative.native().contains('\\'))
        return std::nullopt;
    std::string text = relative.native();
    if (!text.starts_with(".."))
        text = "./" + text;
    std::ranges::replace(text, '/', '\\');
    return text;
}

} // namespace fatlas::vhd
