/// Looks at a folder once and remembers what is there.
///
/// Symbolic links are followed only inside the folder; sockets, FIFOs and devices are never opened.
/// What Fatlas itself puts into a folder it changes (own_names.hpp) is passed over.
///
/// Shape:   a link to a folder inside is a folder of its own with the same content again; what is
///          reached that way has its own limit, so that a maze of links ends early.
/// Errors:  NotFound or AccessDenied for the folder itself; InvalidArgument when it is a file;
///          Limit past one of the limits; Cancelled.
///          Whatever is unreadable below is a node with readable = false, never a silent drop.
/// Threads: blocking; run it on a worker thread. Progress counts nodes, total unknown.
#pragma once

#include "core/base/job_control.hpp"
#include "core/host/snapshot.hpp"

#include <memory>

namespace fatlas::host {

struct ScanLimits {
    std::uint32_t maxNodes = 4'000'000;     ///< with what is left out
    std::uint32_t maxDepth = 512;           ///< folders below the root
    std::uint32_t maxLinkedNodes = 500'000; ///< nodes inside folders reached through a link
};

[[nodiscard]] Result<std::shared_ptr<const Snapshot>> scan(const std::filesystem::path& folder,
                                                           const JobControl& job = {},
                                                           const ScanLimits& limits = {});

} // namespace fatlas::host
