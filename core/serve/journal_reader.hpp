/// Reads a segment of a journal back: every write up to where it ends, and whether that end is to
/// be believed.
///
/// Errors:  BadFormat for what is no segment, or has damage before its end; those of File.
/// Threads: one.
#pragma once

#include "core/serve/journal_segment.hpp"
#include "core/serve/write_journal_raw.hpp"

#include <filesystem>

namespace fatlas::serve {

struct ReadSegment {
    std::shared_ptr<JournalSegment> segment;
    BootId boot{};
    std::uint64_t recordCount = 0;
    bool isCut = false; ///< something stands behind its last whole write
};

/// `data` and `log` are its two files.
[[nodiscard]] Result<ReadSegment> readSegment(const std::filesystem::path& data,
                                              const std::filesystem::path& log,
                                              std::uint64_t diskSize, std::uint64_t maxRecords);

} // namespace fatlas::serve
