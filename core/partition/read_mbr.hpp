/// Primary and logical partitions of a classic table.
///
/// Errors: those of the device; what is wrong in the table is a finding (P4, P5, P8-P14).
#pragma once

#include "core/partition/block_reader.hpp"
#include "core/partition/mbr_raw.hpp"
#include "core/partition/partition_table.hpp"

namespace fatlas::partition {

/// The blocks an MBR counts in (P15): those of the device, unless the volume it points to lies
/// where a larger block puts it.
[[nodiscard]] Result<std::uint32_t> findMbrBlockSize(const block::BlockDevice& device,
                                                     const MbrRaw& sector);

[[nodiscard]] Result<PartitionTable> readMbr(const BlockReader& disk, const MbrRaw& sector);

} // namespace fatlas::partition
