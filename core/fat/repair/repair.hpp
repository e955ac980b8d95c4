/// What must be written so that a damaged volume is sound again: planned, never carried out here.
///
/// A file whose chain crosses no finding keeps name, size, times and every byte. Content is kept
/// before structure: chains are cut and lost ones become files in the root (FSCK0000.REC ...); a
/// directory entry is removed only when nothing of it makes sense.
///
/// Units:   offsets in bytes from the start of the volume.
/// Errors:  Refused when the layout of the volume cannot be recovered (boot sector, its backup,
///          media byte and size), with the reason; those of the device; Limit; Cancelled.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/block/staged_device.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::fat {

/// One thing that a repair does, and the finding it answers.
struct Repair {
    Finding finding;
    std::string action; ///< one sentence: "the copy of the boot sector is written over it"
};

struct RepairPlan {
    std::vector<Repair> repairs;
    std::vector<block::Patch> patches; ///< ordered, disjoint; only bytes that change
    std::vector<Finding> remaining;    ///< what is still found after them, e.g. Info
    std::shared_ptr<const block::BlockDevice> repaired; ///< the volume as it would be
};

struct RepairOptions {
    Volume::Options volume = {};
    /// Lost chains become files; else their clusters are freed.
    bool keepLostChains = true;
};

/// `device` holds the volume and nothing else.
[[nodiscard]] Result<RepairPlan> planRepair(std::shared_ptr<const block::BlockDevice> device,
                                            const RepairOptions& options = {},
                                            const JobControl& job = {});

} // namespace fatlas::fat
