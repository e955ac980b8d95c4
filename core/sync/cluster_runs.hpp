/// Looking up clusters in ordered runs.
///
/// Units:   clusters.
/// Threads: pure.
#pragma once

#include "core/fat/usage_map.hpp"

#include <span>

namespace fatlas::sync {

/// The run that holds `cluster`, or null; `ordered` by first cluster, without overlaps.
[[nodiscard]] const fat::UsageRun* findRun(std::span<const fat::UsageRun> ordered, Cluster cluster);

/// Whether one of them shares a cluster with `run`; ordered by first cluster and by end.
[[nodiscard]] bool touchesAny(std::span<const ClusterRange> ordered, const ClusterRange& run);

} // namespace fatlas::sync
