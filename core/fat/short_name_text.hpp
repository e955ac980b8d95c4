/// Internal to short names: which characters DOS allows, and one character in an OEM page.
///
/// Source: Microsoft FAT specification 1.03, "Short directory entry names"; rules N1, N2.
#pragma once

#include "core/base/code_page.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fatlas::fat {

/// ASCII characters that a short name cannot hold though a long name can.
inline constexpr std::string_view longNameOnlyCharacters = "+,;=[]";
/// ASCII characters that no name on FAT can hold; control characters come on top.
inline constexpr std::string_view neverCharacters = "\"*/:<>?\\|";

/// Taken off the front of `text`: a surrogate pair is one character, a lone surrogate itself.
[[nodiscard]] char32_t takeCharacter(std::u16string_view& text) noexcept;
/// Upper case, one to one; characters beyond the BMP stay as they are.
[[nodiscard]] char32_t toUpper(char32_t character) noexcept;
/// False for ASCII that a short name cannot hold. Space and dot are the caller's business.
[[nodiscard]] bool isShortNameCharacter(char32_t character) noexcept;

} // namespace fatlas::fat
