/// Which clusters a tree's chains own, as ordered runs that do not overlap.
///
/// Units:      clusters.
/// Invariants: ordered by first cluster; a run owned by several nodes is CrossLinked and carries
///             the one that comes first in the tree.
/// Threads:    pure.
#pragma once

#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

namespace fatlas::fat {

[[nodiscard]] Result<std::vector<UsageRun>> ownedRuns(const Tree& tree, const JobControl& job);

} // namespace fatlas::fat
