/// What the FAT volume on a disk says nobody needs: for whoever makes its file smaller.
///
/// Units:   bytes of the disk.
/// Errors:  InvalidArgument when it is not a VHD; Refused when the volume is damaged, so that what
///          is free is not certain; those of image::openImage.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"

#include <string>
#include <vector>

namespace fatlas::convert {

/// Free clusters of the one volume in a VHD, in order.
[[nodiscard]] Result<std::vector<block::Extent>> freeExtents(const std::string& file,
                                                             const JobControl& job = {});

} // namespace fatlas::convert
