/// Which partitions share sectors.
///
/// Bounds: at most one pair for each partition: with the one that reaches furthest of those before.
#pragma once

#include "core/partition/partition_table.hpp"

#include <utility>
#include <vector>

namespace fatlas::partition {

using Overlap = std::pair<const Partition*, const Partition*>;

[[nodiscard]] std::vector<Overlap> findOverlaps(std::vector<const Partition*> partitions);

} // namespace fatlas::partition
