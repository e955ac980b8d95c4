/// A child's sectors into its parent, in place.
///
/// The child stays as it is and goes on reading the same, at every moment: its own sectors come
/// before those of its parent. So a merge that was cut off is only to be done again. Other children
/// of the same parent are worth nothing afterwards.
///
/// Units:   bytes; progress in bytes of the disk.
/// Errors:  Refused when the chain is broken, when the child is larger than its parent, or when one
///          of the two is damaged or in use; those of the devices.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/vhd/vhd_device.hpp"

#include <cstdint>
#include <filesystem>

namespace fatlas::vhd {

struct MergePlan {
    std::filesystem::path parent;
    std::uint64_t storedBytes = 0; ///< sectors that the child holds
    std::uint64_t blockCount = 0;  ///< in so many blocks
};

/// Writes nothing.
[[nodiscard]] Result<MergePlan> planMerge(const std::filesystem::path& child,
                                          const JobControl& job = {});
[[nodiscard]] Result<MergePlan> mergeIntoParent(const std::filesystem::path& child,
                                                const JobControl& job = {});

/// The step of it that writes: what `child` holds by itself, into the disk below it, durably.
[[nodiscard]] Result<> writeStored(const VhdDevice& child, block::BlockDevice& parent,
                                   const JobControl& job = {});

} // namespace fatlas::vhd
