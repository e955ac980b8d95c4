/// Text between the host's bytes, UTF-16 on a FAT disk, and a terminal.
///
/// Shape:  UTF-8 in std::string, UTF-16 in std::u16string. Lone surrogates survive the way from
///         UTF-16 to std::string and back (as generalised UTF-8), so that no name is lost.
/// Source: Unicode through ICU; OEM pages see code_page.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fatlas {

/// nothing when the bytes are not UTF-8 (surrogates encoded as three bytes are accepted).
[[nodiscard]] std::optional<std::u16string> utf16FromUtf8(std::string_view bytes);
/// As above, but each byte that is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::u16string utf16FromUtf8Lossy(std::string_view bytes);
[[nodiscard]] std::string utf8FromUtf16(std::u16string_view text);

/// Simple (one to one) upper case, unit by unit, as FAT drivers compare long names.
[[nodiscard]] char16_t upperCase(char16_t unit) noexcept;
/// The key under which two long names are the same name.
[[nodiscard]] std::u16string foldCase(std::u16string_view name);

/// What may reach a terminal or a one-line message: control characters, bidirectional overrides,
/// backslashes and bytes that are not UTF-8 become \n, \t, \xNN or \u{NNNN}.
[[nodiscard]] std::string escapeForTerminal(std::string_view bytes);

/// "1,148 KiB", "1.4 GiB", "12 bytes": for people; exact when the value is a whole number of KiB
/// below 10 MiB.
[[nodiscard]] std::string formatSize(std::uint64_t bytes);
/// "12,345"
[[nodiscard]] std::string formatCount(std::uint64_t count);

} // namespace fatlas
