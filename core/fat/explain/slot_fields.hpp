/// The fields of one 32-byte slot of a directory, and of FAT entries.
///
/// Units:   `at`: bytes from the start of the volume.
/// Threads: pure functions.
/// Source:  FORMAT.md sections 2, 3 and 4.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"
#include "core/fat/explain/explanation.hpp"
#include "core/fat/fat_table.hpp"

#include <vector>

namespace fatlas::fat {

enum class SlotKind : std::uint8_t { Unused, Deleted, LongName, Label, Dot, File, Folder };

/// `slot` has 32 bytes. A deleted slot is told apart by its attributes in the fields only.
[[nodiscard]] SlotKind slotKind(ByteView slot) noexcept;

[[nodiscard]] std::vector<ExplainedField>
slotFields(ByteView slot, std::uint64_t at, const Geometry& geometry, const CodePage& page);

/// Entry `cluster` of the FAT that starts at `fatAt`, whose value is `raw`.
[[nodiscard]] ExplainedField fatEntryField(const Geometry& geometry, Cluster cluster,
                                           std::uint64_t fatAt, std::uint32_t raw);

/// "free", "next is 9", "end of a chain", "bad", "reserved value"; of entry 0 and 1 what they hold.
[[nodiscard]] std::string entryMeaning(const Geometry& geometry, Cluster cluster,
                                       std::uint32_t raw);

} // namespace fatlas::fat
