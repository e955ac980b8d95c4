/// What must be written so that a damaged VHD file is sound again: planned, then applied.
///
/// Footers are written from each other, checksums set where all else fits, entries of blocks that
/// lie outside the file removed. Data of blocks are never touched.
///
/// Units:   offsets in bytes of the file.
/// Errors:  those of readVhdFile; Refused when somebody else's data would have to be guessed;
///          applyRepair: Changed when the file is not what it was when the plan was made.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/vhd/check.hpp"

#include <string>
#include <vector>

namespace fatlas::vhd {

struct RepairStep {
    std::string rule;
    std::string action; ///< one sentence
    std::uint64_t offset = 0;
    Bytes before; ///< shorter than `after` where the file ends
    Bytes after;
};

struct RepairPlan {
    std::vector<RepairStep> steps;  ///< to be written in this order, each durable before the next
    std::vector<Finding> remaining; ///< what a check will find after them
    std::uint64_t fileSize = 0;     ///< when the plan was made
};

[[nodiscard]] Result<RepairPlan> planRepair(const block::BlockDevice& device,
                                            SizeRule rule = SizeRule::ByCreator,
                                            const JobControl& job = {});

/// `device` must grow when it is written past its end.
[[nodiscard]] Result<> applyRepair(const RepairPlan& plan, block::BlockDevice& device);

} // namespace fatlas::vhd
