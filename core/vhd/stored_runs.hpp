/// Which bytes of a disk have to be stored in a new VHD, and which are zeros that need no room.
///
/// Units:      bytes of the disk.
/// Shape:      sorted, apart from each other, in whole sectors (the last one may be cut by the end
///             of the disk); at most maxStoredRuns of them: a disk in more pieces has its smallest
///             gaps filled with zeros.
/// Errors:     those of the device; Io when it does not say what lies somewhere; Cancelled.
/// Threads:    blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"
#include "core/vhd/space_map.hpp"

#include <vector>

namespace fatlas::vhd {

inline constexpr std::size_t maxStoredRuns = std::size_t{1} << 20;

/// Whether a disk is believed when it says what is data, or read to find zeros in it.
enum class ZeroSearch : std::uint8_t { AsTold, Read };

/// Progress in bytes of the disk.
[[nodiscard]] Result<std::vector<FileRange>>
findStoredRuns(const block::BlockDevice& disk, ZeroSearch search, const JobControl& job = {});

} // namespace fatlas::vhd
