/// A compressed image becomes a disk that can be read at any place: unpacked once, into a sparse
/// temporary file.
///
/// Streams of several members are glued together, as their own programs do. Every checksum there
/// is is looked at. What comes out is whole, or there is an error: a cut stream is not a disk.
///
/// Units:   bytes; progress in bytes of the compressed file.
/// Errors:  BadFormat when it is cut or damaged, saying how much came out; InvalidArgument when an
///          archive holds several files and none of them is the only disk image; Limit; NoSpace;
///          Cancelled. The temporary file is gone then.
/// Threads: blocking; run it on a worker thread.
/// Bounds:  UnpackLimits; memory for one window of the format, at most some hundred MiB.
#pragma once

#include "core/base/job_control.hpp"
#include "core/image/packing.hpp"
#include "core/image/temp_image.hpp"

#include <memory>

namespace fatlas::image {

[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
unpack(const block::BlockDevice& file, Packing packing, const UnpackLimits& limits = {},
       const JobControl& job = {});

} // namespace fatlas::image
