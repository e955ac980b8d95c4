/// A VHD made larger or smaller; what it holds stays where it is.
///
/// Dynamic and differencing disks are rewritten (rewrite.hpp); a fixed disk gets its footer at
/// another place, in an order in which it is a valid disk at every moment.
///
/// Units:   bytes; progress in bytes of the disk.
/// Errors:  InvalidArgument for a size that cannot be; Refused when anything but zeros lies where
///          the disk would be cut, and as rewriteVhd.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/vhd/rewrite.hpp"

namespace fatlas::vhd {

/// What resizeVhd would make; Refused as it would be. Writes nothing, reads what would be cut.
[[nodiscard]] Result<RewriteReport> planResize(const std::filesystem::path& path,
                                               std::uint64_t size, const JobControl& job = {});
[[nodiscard]] Result<RewriteReport> resizeVhd(const std::filesystem::path& path, std::uint64_t size,
                                              const JobControl& job = {});

} // namespace fatlas::vhd
