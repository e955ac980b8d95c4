/// Where the volume lies on a disk of a given size: behind which table, on which boundary.
///
/// Units:   bytes.
/// Shape:   none: the volume is the disk. MBR and GPT: from 1 MiB (disks below 4 MiB: 32 KiB) to
///          the end or the backup GPT. For DOS: from the second track to the last whole cylinder.
/// Errors:  a disk too small for its table, or larger than FAT counts: InvalidArgument.
/// Threads: pure.
#pragma once

#include "core/fat/plan_geometry.hpp"
#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

struct Placement {
    DiskLayout layout;
    std::uint64_t volumeSize = 0;

    [[nodiscard]] std::uint32_t hiddenSectors(std::uint32_t sectorSize) const
    {
        return static_cast<std::uint32_t>(layout.volumeOffset / sectorSize);
    }
};

[[nodiscard]] Result<Placement> placeVolume(const Options& options, std::uint64_t diskSize);
/// The next disk size from `size` up that leaves nothing unused: whole MiB, or whole cylinders.
[[nodiscard]] std::uint64_t roundDiskSize(const Options& options, std::uint64_t size);

/// A request for the volume of a placement; type, clusters and root are the caller's.
[[nodiscard]] fat::GeometryRequest requestFor(const Options& options, const Placement& placement);

/// The MBR type byte for a volume that lies so.
[[nodiscard]] std::uint8_t mbrTypeOf(const Options& options, const DiskLayout& layout,
                                     const fat::Geometry& geometry);

} // namespace fatlas::folder_disk
