/// A GUID partition table: the first copy that is whole, and what is wrong with the other.
///
/// Errors: those of the device; damage is a finding (P20-P29).
#pragma once

#include "core/partition/partition_table.hpp"

#include <optional>

namespace fatlas::partition {

/// Nothing when neither copy is usable.
[[nodiscard]] Result<std::optional<PartitionTable>> readGpt(const block::BlockDevice& device);

} // namespace fatlas::partition
