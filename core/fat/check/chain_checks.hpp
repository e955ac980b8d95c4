/// Internal to checkVolume(): clusters that two own, and clusters that nobody owns.
///
/// Errors:  those of the device, Cancelled.
/// Source:  rules C12, L1, L2 in FORMAT.md.
#pragma once

#include "core/fat/check/check.hpp"
#include "core/fat/check/cluster_set.hpp"
#include "core/fat/check/finding_list.hpp"
#include "core/fat/fat_links.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fatlas::fat {

/// C12: what is in two chains. Gives all clusters that are in a chain.
[[nodiscard]] Result<ClusterSet> checkSharedClusters(const Volume& volume, const Tree& tree,
                                                     const JobControl& job, FindingList& findings);

struct LostChains {
    std::vector<LostChain> listed; ///< the first ones
    std::uint64_t chainCount = 0;
    std::uint64_t clusterCount = 0;
};

/// L1, L2: used clusters outside `owned`, put together to chains.
[[nodiscard]] Result<LostChains> findLostChains(const Volume& volume, const FatLinks& links,
                                                const ClusterSet& owned, const JobControl& job);
void noteLostChains(const Volume& volume, const LostChains& lost, FindingList& findings);

/// "a ZIP archive", "a folder of 12 entries"; "" when the bytes say nothing. `start` are the first
/// ones of the chain.
[[nodiscard]] std::string guessContent(ByteView start);

} // namespace fatlas::fat
