/// What somebody types as the value of a FAT entry: a cluster, a raw value, or a word.
///
/// Decimal numbers are clusters to go on with and must exist; what no sound volume holds can be
/// typed as a hexadecimal number, as long as it fits into the entry.
///
/// Errors:  InvalidArgument, saying what would do.
/// Threads: any.
#pragma once

#include "core/base/error.hpp"
#include "core/fat/fat_table.hpp"

#include <QString>

namespace fatlas::ui {

/// "700", "0x2BC", "free", "bad" or "end"; of entries 0 and 1, which have no cluster, only the
/// hexadecimal number. On FAT32 the 28 bits that count.
[[nodiscard]] Result<std::uint32_t> parseEntryInput(const fat::Geometry& geometry,
                                                    std::uint32_t entry, const QString& text);

/// The largest number an entry can hold: 0xFFF, 0xFFFF, 0x0FFFFFFF.
[[nodiscard]] std::uint32_t largestEntry(fat::FatType type) noexcept;

/// What to begin with when `raw` is typed over: the word or number that stands for it.
[[nodiscard]] QString entryInputText(const fat::Geometry& geometry, std::uint32_t entry,
                                     std::uint32_t raw);

} // namespace fatlas::ui
