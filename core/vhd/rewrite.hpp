/// A dynamic or differencing VHD once more, in a file that takes the old one's name when it is
/// whole: without space that nothing uses, with another parent, or of another size.
///
/// UUID, block size, access rights and what the disk reads as stay. The time of the file stays too,
/// unless the size changes or something is dropped: children record it, and else their parent's
/// content is what it was.
///
/// Units:   bytes; progress in bytes of the disk.
/// Errors:  Refused for fixed disks, for damaged ones, for those in use, and for a size that would
///          cut what is stored behind it; those of planCreate, AtomicFile and the devices. The old
///          file is as it was then.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/vhd/create.hpp"

#include <filesystem>

namespace fatlas::vhd {

struct RewriteOptions {
    /// Of a child: its parent from now on; nothing: as it is recorded.
    std::optional<ParentLink> parent = std::nullopt;
    std::uint64_t size = 0; ///< 0: as it is
    /// Of a disk without a parent: bytes that nobody needs any more, in order; they read as zeros
    /// then. In a child they are kept: what is below them must stay covered.
    std::vector<block::Extent> unused = {};
};

struct RewriteReport {
    std::uint64_t fileSizeBefore = 0;
    std::uint64_t fileSizeAfter = 0;
    std::uint64_t storedBytes = 0; ///< sectors in the new file
};

/// The same to the byte, and writes nothing. Reads all that is stored, as rewriteVhd does.
[[nodiscard]] Result<RewriteReport> planRewrite(const std::filesystem::path& path,
                                                const RewriteOptions& options,
                                                const JobControl& job = {});
[[nodiscard]] Result<RewriteReport> rewriteVhd(const std::filesystem::path& path,
                                               const RewriteOptions& options,
                                               const JobControl& job = {});

} // namespace fatlas::vhd
