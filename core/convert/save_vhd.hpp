/// Writes a disk as a fixed or dynamic VHD: as saveImage() writes an image, with blocks of zeros
/// left out. Where the file system can share blocks with the files behind the disk, it does.
///
/// Units:   progress in bytes, of the disk while zeros are looked for, then of the VHD.
/// Errors:  those of vhd::planCreate, vhd::ComposedVhd and saveImage. Nothing is left behind then.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/convert/save_image.hpp"
#include "core/vhd/create.hpp"

namespace fatlas::convert {

struct SavedVhd {
    vhd::CreatePlan plan;
    SaveStatistics statistics;
};

[[nodiscard]] Result<SavedVhd> saveVhd(std::shared_ptr<const block::BlockDevice> disk,
                                       const std::filesystem::path& target,
                                       const vhd::CreateOptions& options, Replace replace,
                                       const JobControl& job = {});

/// The step of it that writes, into a new and empty file.
[[nodiscard]] Result<SaveStatistics> writeVhd(File& file, const vhd::CreatePlan& plan,
                                              std::shared_ptr<const block::BlockDevice> disk,
                                              const JobControl& job = {});

} // namespace fatlas::convert
