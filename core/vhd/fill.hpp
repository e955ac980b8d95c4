/// The content of one device into another: data only, zeros stay away.
///
/// Units:    bytes; progress in bytes of `from`.
/// Errors:   those of both devices; Refused when `from` is the longer one; Cancelled.
/// Threads:  blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/vhd/create.hpp"

namespace fatlas::vhd {

/// The disk in a VHD that writePlan has just made, to be filled: without the order of writes that
/// keeps a disk in use safe. `below` answers for a child's parent.
[[nodiscard]] Result<std::shared_ptr<block::BlockDevice>>
openNewFile(const File& file, std::shared_ptr<const block::BlockDevice> below = nullptr);

/// `to` reads as zeros before.
[[nodiscard]] Result<> copyContent(const block::BlockDevice& from, block::BlockDevice& to,
                                   const JobControl& job = {});

/// As createVhd, with content. The file appears when it is whole.
[[nodiscard]] Result<CreatePlan> createVhdFrom(const std::filesystem::path& path,
                                               const CreateOptions& options,
                                               const block::BlockDevice& content,
                                               AtomicFile::Existing existing,
                                               const JobControl& job = {});

} // namespace fatlas::vhd
