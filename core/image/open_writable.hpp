/// The disk of an opened image once more, to be written. Of a VHD only the file itself is changed,
/// never a parent.
///
/// Errors:  Refused for folders, compressed images and whatever else is computed, with what to do
///          instead; Changed when the file is no longer the one that was opened; Refused when
///          another program holds a lock on it, or a VHD is damaged; ReadOnly, AccessDenied.
/// Threads: as BlockDevice.
/// Lifetime: an advisory lock (flock, exclusive) is held as long as the device lives.
#pragma once

#include "core/image/image.hpp"

namespace fatlas::image {

[[nodiscard]] Result<std::shared_ptr<block::BlockDevice>> openWritable(const Image& image);
[[nodiscard]] Result<std::shared_ptr<block::BlockDevice>> openWritable(const OpenedDisk& opened);

} // namespace fatlas::image
