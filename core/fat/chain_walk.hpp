/// Follows a chain of clusters to its end, whatever the FAT holds.
///
/// A cluster belongs to the chain when something points to it, it lies in the volume, and its own
/// entry is not free and not bad. Loops are found by Brent's algorithm: no memory but the result's,
/// at most three times as many steps as the chain has clusters.
///
/// Errors: those of the device; how the chain ends is data (ChainEnd).
/// Source: R. P. Brent, "An improved Monte Carlo factorization algorithm", 1980; rules C1...
#pragma once

#include "core/fat/fat_cache.hpp"
#include "core/fat/volume.hpp"

#include <cstddef>

namespace fatlas::fat {

/// C8: a chain of more ends with ChainEnd::Limit, so that a hostile FAT cannot fill the memory.
inline constexpr std::size_t maxChainRuns = 20'000'000;

/// Adds a cluster to the end of runs; neighbours become one run.
void appendCluster(std::vector<ClusterRange>& runs, Cluster cluster);

[[nodiscard]] Result<Chain> walkChain(const FatCache& fat, const Geometry& geometry, Cluster first,
                                      std::uint32_t maxClusters);

} // namespace fatlas::fat
