/// What a FAT entry holds, in a few words.
///
/// Threads: any.
#pragma once

#include "core/fat/fat_table.hpp"

#include <QString>

namespace fatlas::ui {

/// "0x2BC": as many digits as the FAT has.
[[nodiscard]] QString entryValueText(fat::FatType type, std::uint32_t raw);
/// "→ 700", "end", "free", "bad", "reserved"; of entries 0 and 1 what they hold.
[[nodiscard]] QString entryMeaningText(const fat::Geometry& geometry, std::uint32_t entry,
                                       std::uint32_t raw);
/// Whether two raw entries say the same: the upper four bits of FAT32 are not part of it.
[[nodiscard]] bool isSameEntry(fat::FatType type, std::uint32_t a, std::uint32_t b);

/// "byte 0x489, bits 4–15" of its FAT; without bits where it has whole bytes.
[[nodiscard]] QString entryPlaceText(fat::FatType type, Cluster cluster);

} // namespace fatlas::ui
