/// The table of a disk that becomes larger or smaller, with its only partition up to the new end.
///
/// Everything else in it stays: code, disk signature, GUIDs, names, flags.
///
/// Units:   sizes in bytes, sectors of the disk's sectorSize().
/// Errors:  Refused for what is not one primary partition in a sound table, and when the disk would
///          end before it begins; those of the disk.
/// Threads: as BlockDevice::read.
#pragma once

#include "core/partition/partition_table.hpp"

namespace fatlas::partition {

struct ResizedTable {
    Bytes start; ///< takes the place of the disk's first bytes
    Bytes end;   ///< the last bytes of the disk of the new size
    std::uint64_t partitionSectors = 0;
};

struct ResizeTableRequest {
    std::uint64_t diskSize = 0; ///< bytes
    int fatBits = 12;           ///< of the volume inside: the MBR's type byte follows its reach
    ChsGeometry chs = {};
};

/// `table` was read from `disk` and has one partition.
[[nodiscard]] Result<ResizedTable> resizeTable(const block::BlockDevice& disk,
                                               const PartitionTable& table,
                                               const ResizeTableRequest& request);

} // namespace fatlas::partition
