/// Where on a disk the FAT volume lies: in a partition, or from the first sector on.
///
/// A partition that holds a FAT volume goes before a volume that seems to begin in sector 0: tools
/// that partition a disk leave the old boot sector's fields in place under the new table.
///
/// Units:   partitions by their number in the table (Partition::number), as sfdisk counts them.
/// Errors:  InvalidArgument when there are several and none was asked for, or the one asked for
///          does not exist (listing them); BadFormat when there is none, saying what is there.
/// Threads: as BlockDevice::read.
#pragma once

#include "core/fat/volume.hpp"
#include "core/partition/partition_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace fatlas::image {

struct FoundVolume {
    std::optional<std::uint32_t> partitionIndex; ///< nothing: superfloppy
    std::uint64_t offset = 0;                    ///< bytes from the start of the disk
    std::shared_ptr<const fat::Volume> volume;
};

struct VolumeWish {
    std::optional<std::uint32_t> partitionIndex = std::nullopt;
    std::optional<std::uint64_t> offset = std::nullopt; ///< bytes; goes before everything else
    fat::Volume::Options volume = {};
};

[[nodiscard]] Result<FoundVolume> findVolume(const std::shared_ptr<const block::BlockDevice>& disk,
                                             const partition::PartitionTable& table,
                                             const VolumeWish& wish);

/// "1: FAT16, 500 MiB from 31.5 KiB on", one line a partition, for messages and `info`.
[[nodiscard]] std::string describePartition(const block::BlockDevice& disk,
                                            const partition::Partition& partition);

} // namespace fatlas::image
