/// What is searched for: bytes with a mask, made from what people type.
///
/// Shape:   a byte b matches where (b & mask) == (value & mask).
/// Errors:  InvalidArgument says what was typed and which form is expected.
/// Threads: pure.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"

#include <QString>

#include <cstdint>
#include <optional>

namespace fatlas::ui {

enum class PatternKind : std::uint8_t {
    Bytes,  ///< "55 AA", "EB ?? 90", "4?"
    Ascii,  ///< text
    Utf16,  ///< text, little-endian as in long names
    Oem,    ///< text in the code page of the volume
    Number, ///< "433", "0x1B1", little-endian in 1, 2, 4 or 8 bytes
};

enum class LetterCase : std::uint8_t { Any, Exact };

struct HexPattern {
    static constexpr std::size_t maxSize = 4096;

    Bytes value;
    Bytes mask;

    [[nodiscard]] std::size_t size() const noexcept { return value.size(); }

    [[nodiscard]] bool matches(ByteView bytes) const noexcept;
    /// Whether it is found where everything is zero.
    [[nodiscard]] bool matchesZeros() const noexcept;
};

[[nodiscard]] Result<HexPattern> makePattern(PatternKind kind, const QString& typed,
                                             LetterCase letters, const CodePage& page);

/// The first match that begins in [0, startCount) of `bytes`.
[[nodiscard]] std::optional<std::size_t> findFirst(const HexPattern& pattern, ByteView bytes,
                                                   std::size_t startCount);
/// The last one.
[[nodiscard]] std::optional<std::size_t> findLast(const HexPattern& pattern, ByteView bytes,
                                                  std::size_t startCount);

} // namespace fatlas::ui
