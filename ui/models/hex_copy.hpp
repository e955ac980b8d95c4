/// Bytes as text for the clipboard.
///
/// Threads: pure.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"

#include <QString>

#include <array>

namespace fatlas::ui {

enum class CopyForm : std::uint8_t { Hex, CArray, Text };

/// The most that is copied at once.
inline constexpr std::uint64_t maxCopySize = 1 << 20;

/// Hex: "55 AA" in lines of 16; CArray: "const unsigned char bytes[2] = {0x55, 0xAA};"; Text: what
/// the text column shows, with the line ends of the bytes.
[[nodiscard]] QString copyText(ByteView bytes, CopyForm form, const CodePage& page);

/// What the text column shows for one byte; a dot for what cannot be shown.
[[nodiscard]] QChar shownByte(std::uint8_t byte, const CodePage& page);

/// The same for every byte.
using ShownBytes = std::array<QChar, 256>;
[[nodiscard]] ShownBytes shownBytes(const CodePage& page);

} // namespace fatlas::ui
