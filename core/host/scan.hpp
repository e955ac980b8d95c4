/// Looks at a folder once and remembers what is there.
///
/// Symbolic links are followed only inside the folder; sockets, FIFOs and devices are never opened.
///
/// Errors:  NotFound or AccessDenied for the folder itself; Limit past `maxNodes`; Cancelled.
///          Whatever is unreadable below is a node with readable = false, never a silent drop.
/// Threads: blocking; run it on a worker thread. Progress counts nodes, total unknown.
#pragma once

#include "core/base/job_control.hpp"
#include "core/host/snapshot.hpp"

#include <memory>

namespace fatlas::host {

struct ScanLimits {
    std::uint32_t maxNodes = 4'000'000;
    std::uint32_t maxDepth = 512;
};

[[nodiscard]] Result<std::shared_ptr<const Snapshot>> scan(const std::filesystem::path& folder,
                                                           const JobControl& job = {},
                                                           const ScanLimits& limits = {});

} // namespace fatlas::host
