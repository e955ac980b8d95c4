/// Reads a journal back: every record up to where it ends, and whether that end is to be believed.
///
/// Errors:  as Journal::open says; those of the visitor end it.
/// Threads: one.
#pragma once

#include "core/base/file.hpp"
#include "core/host/journal.hpp"
#include "core/host/journal_raw.hpp"

namespace fatlas::host {

struct JournalContent {
    JournalIdentity identity;
    std::uint32_t journal = 0;
    std::uint64_t records = 0; ///< the last one's number
    std::uint64_t durable = 0; ///< number of a record that is on the medium
    std::uint64_t end = 0;     ///< bytes of the file that count
};

[[nodiscard]] Result<JournalContent> readJournal(const File& file, const Journal::Visitor& visitor);

/// From its header alone.
[[nodiscard]] Result<JournalIdentity> readJournalIdentity(const File& file);

[[nodiscard]] std::uint32_t checksumOf(const JournalHeaderRaw& raw);
[[nodiscard]] std::uint32_t checksumOf(const JournalRecordRaw& raw, ByteView payload);

} // namespace fatlas::host
