/// What a disk or file holds when it is not what was hoped for, by its signatures.
///
/// For messages only: "it is a qcow2 image". Nothing is decided by it.
///
/// Threads: as BlockDevice::read.
#pragma once

#include "core/block/block_device.hpp"

#include <string>

namespace fatlas::image {

/// What the content is, and what would help, for the end of a sentence.
struct ContentKind {
    std::string what;   ///< "a qcow2 image", "an empty file"; "" when nothing is known about it
    std::string advice; ///< one clause, "" when there is none
};

/// Looks at the first 68 KiB and the last 512 bytes. What cannot be read is not known.
[[nodiscard]] ContentKind recogniseContent(const block::BlockDevice& disk);

} // namespace fatlas::image
