/// Finds the layout of a volume: in its boot sector, else in what stands for it.
///
/// A boot sector that makes no sense, or whose fields lead to no FAT, is measured against what else
/// there is: FAT32's copy of it, and the formats of floppies from before there were fields. What
/// agrees best with the FATs and the root directory on the device is taken, with a finding (B21,
/// B22); in doubt the boot sector itself, as every driver does.
///
/// Units:   offsets in bytes from the start of the volume.
/// Errors:  BadFormat with the reason when there is no layout to be found, naming what the device
///          holds instead; those of the device. Never a guess over another file system (B1).
/// Bounds:  a few KiB are read, at most 70 KiB when the boot sector cannot be trusted.
/// Threads: as BlockDevice::read.
/// Source:  FORMAT.md section 1, rules B1, B21, B22.
#pragma once

#include "core/block/block_device.hpp"
#include "core/fat/boot_sector.hpp"

#include <optional>
#include <vector>

namespace fatlas::fat {

[[nodiscard]] Result<BootSector> readBootSector(const block::BlockDevice& device);

/// How well a layout agrees with what lies where it points; larger is better.
struct LayoutEvidence {
    std::uint32_t fatStarts = 0;    ///< copies of the FAT that begin as one does
    bool rootIsDirectory = false;   ///< the root's first slots can be ones
    bool rootHasEntries = false;    ///< and there are some
    bool fatFitsVolume = false;     ///< no more FAT sectors than clusters need, and not fewer
    bool fieldsAreFlawless = false; ///< nothing was found in those that decide places

    /// The FATs count most: nothing else on a disk looks like the start of one by chance.
    [[nodiscard]] int weight() const noexcept
    {
        return static_cast<int>(fatStarts > 2 ? 2 : fatStarts) * 4 + (rootIsDirectory ? 1 : 0) +
               (rootHasEntries ? 1 : 0) + (fatFitsVolume ? 1 : 0) + (fieldsAreFlawless ? 1 : 0);
    }

    [[nodiscard]] bool isComplete(const Geometry& geometry) const noexcept
    {
        return fatStarts >= (geometry.fatCount < 2 ? 1U : 2U) && rootIsDirectory && fatFitsVolume &&
               fieldsAreFlawless;
    }
};

[[nodiscard]] Result<LayoutEvidence> weighLayout(const block::BlockDevice& device,
                                                 const BootSector& boot);

/// The copies of a FAT32 boot sector in the first 64 KiB that say they lie where they lie (B21).
[[nodiscard]] Result<std::vector<BootSector>>
findBackupBootSectors(const block::BlockDevice& device);

/// The floppy format of exactly this size whose FAT begins with its media byte (B22).
[[nodiscard]] Result<std::optional<BootSector>> findFloppyLayout(const block::BlockDevice& device);

} // namespace fatlas::fat
