/// Bytes into host files, and old bytes out of them before they go.
///
/// Units:   bytes.
/// Errors:  those of the files and of the source; Cancelled between two pieces of at most 1 MiB.
/// Threads: one per file.
#pragma once

#include "core/base/file.hpp"
#include "core/base/job_control.hpp"
#include "core/host/change.hpp"
#include "core/host/kept_files.hpp"

#include <vector>

namespace fatlas::host {

/// All of it into a new, empty file; long stretches of zeros become holes.
[[nodiscard]] Result<> writeContent(File& file, const ContentSource& content,
                                    const JobControl& job);

/// Only these ranges, wherever they are.
[[nodiscard]] Result<> writeRanges(File& file, const ContentSource& content,
                                   const std::vector<ByteRange>& ranges, const JobControl& job);

/// Copies bytes [offset, offset + length) of one file to `at` of another.
struct CopyRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t at = 0;
};

[[nodiscard]] Result<> copyRange(const File& from, File& to, const CopyRange& range,
                                 const JobControl& job);
/// All of a file into a new one, sharing blocks where the file system can.
[[nodiscard]] Result<> copyWhole(const File& from, File& to, std::uint64_t size,
                                 const JobControl& job);

/// What of a file of `oldSize` bytes is overwritten or cut off by writing `ranges` and giving it
/// `newSize` bytes: sorted, apart.
[[nodiscard]] std::vector<ByteRange> rangesLost(const std::vector<ByteRange>& ranges,
                                                std::uint64_t oldSize, std::uint64_t newSize);

/// Sorted, not overlapping, none empty, none past `size`, and nothing between `oldSize` and `size`
/// left out: InvalidArgument when not.
[[nodiscard]] Result<> checkRanges(const std::vector<ByteRange>& ranges, std::uint64_t oldSize,
                                   std::uint64_t size);

} // namespace fatlas::host
