/// Long names: their slots, and what may stand in them.
///
/// Units:   lengths in UTF-16 units, at most 255.
/// Shape:   slots of 13 units in reverse order before the short slot; the rest of the last slot is
///          one 0x0000 and then 0xFFFF.
/// Source:  Microsoft FAT specification 1.03, "Long directory entries"; rules N1.. in FORMAT.md.
#pragma once

#include "core/base/error.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::fat {

inline constexpr std::size_t maxLongNameUnits = 255;
inline constexpr std::size_t unitsPerSlot = 13;

[[nodiscard]] constexpr std::uint32_t longNameSlotCount(std::size_t units) noexcept
{
    return static_cast<std::uint32_t>((units + unitsPerSlot - 1) / unitsPerSlot);
}

/// The 13 units of a slot, padding included.
[[nodiscard]] std::array<char16_t, unitsPerSlot> unitsOf(const LongNameSlotRaw& slot) noexcept;

/// In the order they lie on the disk (last part first). `name` has 1 to 255 units; anything else is
/// a mistake of ours and ends the program, because a name would be lost.
[[nodiscard]] std::vector<LongNameSlotRaw> encodeLongName(std::u16string_view name,
                                                          std::uint8_t shortNameChecksum);

/// A host name made legal: what it is on the disk, and why it changed (empty when it did not).
struct LegalName {
    std::u16string name;
    std::string why; ///< one clause for people: "\":\" cannot stand in a name on FAT"
};

/// Replaces what FAT cannot hold (reserved and control characters, trailing dots and spaces, bytes
/// that are not UTF-8, more than 255 units) and steers clear of device names such as CON.
/// Dots and spaces at the end are dropped, as Windows does; a name too long keeps its extension.
/// Does not look at neighbours: uniqueness is the planner's.
[[nodiscard]] LegalName makeLegalName(std::string_view hostName);

} // namespace fatlas::fat
