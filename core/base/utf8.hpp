/// One character at a time, in and out of generalised UTF-8.
///
/// Shape:  1 to 4 bytes a character, shortest form only, up to U+10FFFF; surrogates are allowed as
///         three bytes, so that UTF-16 with a lone surrogate has a form of its own.
/// Source: RFC 3629 section 4, without its exclusion of D800-DFFF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fatlas {

struct Utf8Step {
    std::optional<char32_t> character; ///< nothing when the first byte starts no valid sequence
    std::size_t length = 1;            ///< bytes to go on by
};

/// Reads the first character of `bytes`, which must not be empty.
[[nodiscard]] Utf8Step decodeUtf8(std::string_view bytes) noexcept;

void appendUtf8(std::string& bytes, char32_t character);

} // namespace fatlas
