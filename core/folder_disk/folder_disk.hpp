/// The disk of a plan as a BlockDevice: nothing is stored, everything is computed or read from the
/// host file it belongs to.
///
/// Shape:      ordered, gap-free regions: MBR or GPT, boot sector, FSInfo, FATs, root, directories,
///             file content, zeros. Bytes past the end of a file in its last cluster are zeros.
/// Invariants: memory is proportional to files and directories, never to clusters.
/// Errors:     a host file that is not the one scanned any more: Changed, naming it; one that
///             cannot be read: AccessDenied, NotFound or Io, naming it.
/// Threads:    as BlockDevice says; a small cache of open files has its own lock.
#pragma once

#include "core/block/block_device.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/host/kept_files.hpp"

#include <memory>

namespace fatlas::folder_disk {

/// Refused with plan.refusal() when there is one. `kept`, of the plan's snapshot, tells where files
/// are that a jail moved or wrote; without, they are where they were or have changed.
[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
openFolderDisk(std::shared_ptr<const Plan> plan,
               std::shared_ptr<const host::KeptFiles> kept = nullptr);

} // namespace fatlas::folder_disk
