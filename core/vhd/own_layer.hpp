/// What one file of a chain holds by itself, its parent left away.
///
/// Errors:   Refused when the disk is fixed, damaged, in use, or part of a saved machine; those of
///           readVhdFile and VhdDevice.
/// Threads:  blocking; run it on a worker thread.
/// Lifetime: an advisory lock (flock, exclusive) is held on the file as long as `device` lives.
#pragma once

#include "core/base/job_control.hpp"
#include "core/vhd/vhd_device.hpp"

#include <filesystem>
#include <functional>

namespace fatlas::vhd {

struct OwnLayer {
    std::shared_ptr<const VhdDevice> device; ///< reads as zeros where the parent would answer
    VhdFile vhd;
};

/// Locked, so that nobody writes to it meanwhile; nothing is written by this either.
[[nodiscard]] Result<OwnLayer> openOwnLayer(const std::filesystem::path& path);

/// What is below a child when only its own sectors count.
[[nodiscard]] std::shared_ptr<const block::BlockDevice> noParent(std::uint64_t size);

/// Whatever the file answers for itself, in order of the disk, in pieces of at most 2 MiB that
/// never cross a block. Progress in bytes of the disk.
using PieceVisitor = std::function<Result<>(std::uint64_t offset, ByteView bytes)>;
[[nodiscard]] Result<> forEachStored(const VhdDevice& device, const PieceVisitor& visit,
                                     const JobControl& job);

} // namespace fatlas::vhd
