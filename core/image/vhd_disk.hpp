/// VHDs among the images: known by their footer, opened with their parents.
///
/// Errors:  those of vhd::openVhd.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/image/image.hpp"

namespace fatlas::image {

/// Puts the disk that a VHD holds in the place of its file; anything else stays as it is.
[[nodiscard]] Result<> lookIntoVhd(OpenedDisk& opened);

} // namespace fatlas::image
