/// Writes a device to an image file: sparse, with the kernel's own copy, shared blocks where the
/// file system can.
///
/// The file appears under its name only when it is whole and synced: written under a temporary name
/// in the same folder, then renamed. After an error or Cancelled nothing is left behind.
///
/// Units:   progress in bytes of the image.
/// Errors:  Refused when the target exists and Replace::No; Changed naming a host file that changed
///          while it was copied; NoSpace; Io.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"

#include <cstdint>
#include <filesystem>

namespace fatlas::convert {

enum class Replace : std::uint8_t { No, Yes };

struct SaveStatistics {
    std::uint64_t imageSize = 0;
    std::uint64_t sharedBytes = 0; ///< reflinked
    std::uint64_t kernelBytes = 0; ///< copied by the kernel
    std::uint64_t copiedBytes = 0; ///< through our own buffer
    std::uint64_t holeBytes = 0;
};

[[nodiscard]] Result<SaveStatistics> saveImage(const block::BlockDevice& device,
                                               const std::filesystem::path& target, Replace replace,
                                               const JobControl& job = {});

} // namespace fatlas::convert
