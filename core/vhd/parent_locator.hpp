/// Where a differencing VHD says its parent is, and which files those words may mean here.
///
/// Units:   sizes in bytes.
/// Errors:  a locator that cannot be read says why in `problem`; nothing here fails for damage.
/// Threads: plain values.
/// Source:  FORMAT.md section 2 (locators), rules V22 and V23.
#pragma once

#include "core/vhd/format_raw.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::vhd {

enum class LocatorKind : std::uint8_t {
    Empty,
    AbsoluteWindows, ///< W2ku
    RelativeWindows, ///< W2ru
    AbsoluteAnsi,    ///< Wi2k
    RelativeAnsi,    ///< Wi2r
    MacUrl,          ///< MacX
    MacAlias,        ///< "Mac "
    Unknown,
};

struct ParentLocator {
    LocatorKind kind = LocatorKind::Empty;
    Tag platform{};
    std::uint32_t index = 0;  ///< 0 to 7, its place in the header
    std::uint64_t offset = 0; ///< of the text in the file
    std::uint64_t space = 0;  ///< whichever unit the field counts in
    std::uint32_t length = 0;
    std::string text;    ///< UTF-8; "" when it cannot be read
    std::string problem; ///< what is wrong with it; "" when nothing is
};

inline constexpr std::uint32_t maxLocatorLength = 64 * 1024;

[[nodiscard]] LocatorKind locatorKindOf(const Tag& platform) noexcept;
/// The field's sectors or bytes as bytes.
[[nodiscard]] std::uint64_t locatorSpace(const LocatorRaw& raw) noexcept;
[[nodiscard]] std::string decodeLocatorText(LocatorKind kind, ByteView bytes);
[[nodiscard]] Bytes encodeLocatorText(LocatorKind kind, std::string_view path);

/// A file worth looking at, and why.
struct ParentCandidate {
    std::filesystem::path path;
    std::string source; ///< "W2ru \".\\base.vhd\"", "the child's own folder"
};

/// Relative locators, then absolute ones, then names in the child's folder; each file once.
[[nodiscard]] std::vector<ParentCandidate>
parentCandidates(const std::filesystem::path& child, const std::vector<ParentLocator>& locators,
                 std::u16string_view parentName);

/// "..\base\a.vhd" for /x/base/a.vhd seen from /x/child/b.vhd; nothing when there is none.
[[nodiscard]] std::optional<std::string> relativeWindowsPath(const std::filesystem::path& parent,
                                                             const std::filesystem::path& child);

} // namespace fatlas::vhd
