/// Looks at the guest's disk: what it costs follows what was written since the last look.
///
/// Errors:   those of fat::Volume::open and the device; BadFormat when there is no volume any more.
/// Threads:  one; the guest may write meanwhile, and nobody waits for anybody.
/// Lifetime: holds the disk.
#pragma once

#include "core/base/job_control.hpp"
#include "core/sync/guest_health.hpp"
#include "core/sync/tree_memory.hpp"

namespace fatlas::sync {

class GuestReader {
public:
    explicit GuestReader(GuestDisk disk);

    /// `known`: what was there when host and guest agreed last.
    [[nodiscard]] Result<GuestTree> read(const KnownTree& known, Folders folders,
                                         const JobControl& job = {});

    /// Nothing is taken over into the next tree: every folder and every chain is read.
    void forget() noexcept { m_memory.forget(); }

private:
    GuestDisk m_disk;
    TreeMemory m_memory;
};

} // namespace fatlas::sync
