/// A folder, or nothing at all, and options become a plan: scan and plan in one step.
///
/// When the image is to be written into the folder it is made from, a file that lies there already
/// under the name of the image is left out of the disk; plan.excluded says so.
///
/// Errors:  those of host::scan and folder_disk::planDisk.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/folder_disk/plan.hpp"

#include <filesystem>
#include <memory>

namespace fatlas::image {

struct FolderSource {
    std::filesystem::path folder = {}; ///< empty: a disk with nothing in it
    std::filesystem::path output = {}; ///< where the image will be; empty: nowhere
    folder_disk::Options options = {};
};

[[nodiscard]] Result<std::shared_ptr<const folder_disk::Plan>>
planFolder(const FolderSource& source, const JobControl& job = {});

} // namespace fatlas::image
