/// What guest and host agree on before the guest wrote anything: the disk as it was planned.
///
/// Errors:  those of reading the disk; Io when the disk is not the one of the plan, which would be
///          a mistake of ours.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/fat/volume.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/sync/known_tree.hpp"

namespace fatlas::sync {

/// `volume`: of the disk that was made from the plan, nothing over it.
[[nodiscard]] Result<KnownTree> firstKnown(const folder_disk::Plan& plan, const fat::Volume& volume,
                                           const JobControl& job = {});

} // namespace fatlas::sync
