/// Known entries as bytes and back, for the file of the tree and for the notes in the journal.
///
/// Errors:  as RecordReader: it turns bad.
/// Threads: pure.
#pragma once

#include "core/base/record_bytes.hpp"
#include "core/sync/known_tree.hpp"

namespace fatlas::sync {

inline constexpr std::size_t knownEntrySize = 16 * 8; ///< bytes, at least

/// Everything but its number and its children.
void putEntry(RecordWriter& out, const KnownEntry& entry);
void getEntry(RecordReader& in, KnownEntry& entry);

/// One component that names something in its folder.
[[nodiscard]] bool isHostName(std::string_view name) noexcept;

} // namespace fatlas::sync
