/// The 11 bytes of a short name as they lie on a disk: which of them no driver writes.
///
/// Source: Microsoft FAT specification 1.03, "Short directory entry names"; rule D25 in FORMAT.md.
#pragma once

#include "core/fat/short_name.hpp"

namespace fatlas::fat {

/// Control characters, small letters, the separators and wildcards of paths.
[[nodiscard]] bool isImpossibleNameByte(unsigned char byte) noexcept;
/// D25: such a byte, a space in front, or a character behind the padding of base or extension.
[[nodiscard]] bool isImpossibleShortName(const ShortNameBytes& name) noexcept;

} // namespace fatlas::fat
