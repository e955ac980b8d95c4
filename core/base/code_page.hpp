/// An OEM code page: the bytes of short names and labels, both ways.
///
/// Shape:      one or two bytes a character. 0x00-0x7F is ASCII whatever ICU says (its OEM tables
///             permute 0x1A, 0x1C and 0x7F).
/// Invariants: encode() gives a byte sequence only for characters the page really holds.
/// Errors:     an unknown number is InvalidArgument and lists those that work.
/// Threads:    immutable after open().
/// Source:     ICU's ibm-NNN tables; Microsoft code page numbers (437, 850, 852, 866, 932 ...).
#pragma once

#include "core/base/error.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fatlas {

class CodePage {
public:
    static constexpr int defaultNumber = 437;

    /// Cached: opening the same page twice is free.
    [[nodiscard]] static Result<std::shared_ptr<const CodePage>> open(int number);

    virtual ~CodePage() = default;

    [[nodiscard]] virtual int number() const noexcept = 0;
    /// One or two bytes, or nothing when the page does not have the character.
    [[nodiscard]] virtual std::optional<std::string> encode(char32_t character) const = 0;
    /// Bytes to UTF-8; bytes without a meaning become U+FFFD.
    [[nodiscard]] virtual std::string decode(std::string_view bytes) const = 0;
    /// True for the first byte of a two-byte character.
    [[nodiscard]] virtual bool isLead(unsigned char byte) const noexcept = 0;
};

} // namespace fatlas
