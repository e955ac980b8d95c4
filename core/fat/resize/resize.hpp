/// A volume made larger or smaller. Every cluster keeps its number and its content: the FATs grow
/// in front of the data, and the data move behind them. So neither FAT entries nor directories
/// change, only the boot sector, its copy and FSInfo.
///
/// Units:   sizes in bytes.
/// Errors:  Refused, with what would work, when clusters in use lie behind the new end, when the
///          FAT type would change, or when the boot sector is not the one the volume was opened
///          with; InvalidArgument for a size that is not whole sectors; those of the device.
/// Threads: blocking (the FAT is read when the volume shrinks); run it on a worker thread.
/// Source:  FORMAT.md sections 1 and 2.
#pragma once

#include "core/base/job_control.hpp"
#include "core/fat/volume.hpp"

#include <memory>

namespace fatlas::fat {

struct ResizePlan {
    Geometry before;
    Geometry after;

    [[nodiscard]] bool movesData() const noexcept
    {
        return before.dataOffset() != after.dataOffset();
    }
};

/// Pure but for reading the FAT.
[[nodiscard]] Result<ResizePlan> planResize(const Volume& volume, std::uint64_t size,
                                            const JobControl& job = {});

/// The volume as the plan has it, over the old one: `device` begins where the volume begins.
[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
resizedVolume(const ResizePlan& plan, std::shared_ptr<const block::BlockDevice> device);

} // namespace fatlas::fat
