/// Everything that is wrong with a volume, and nothing that is not.
///
/// Reads boot sector, its backup, FSInfo, every FAT copy once, every directory. Findings carry a
/// rule of FORMAT.md (rules.hpp says what each means), severity, place, path and cluster. A sound
/// volume has none; Info is for what is legal but unusual.
///
/// Units:    finding offsets in bytes from the start of the volume; progress in FAT entries.
/// Errors:   only when the device cannot be read, Limit and Cancelled; damage is a finding.
/// Threads:  blocking; run it on a worker thread. The report is immutable.
/// Bounds:   memory in proportion to files and runs, plus two bits a cluster.
#pragma once

#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::fat {

/// Allocated clusters that no file or folder owns, as one chain.
struct LostChain {
    Cluster first;
    std::uint32_t clusterCount = 0;
    /// Loop: it has no beginning either, or comes back to itself. Limit: runs into another chain.
    ChainEnd end = ChainEnd::EndMark;
    std::string guess = {}; ///< "a ZIP archive", "a folder of 12 entries"; "" if unknown
};

/// Where the copies of the FAT say different things.
struct FatDifference {
    std::uint32_t copy = 1; ///< compared with the copy that is read
    std::uint64_t entryCount = 0;
    std::vector<ClusterRange> ranges; ///< the first ones; entries 0 and 1 may be among them
};

struct CheckReport {
    std::shared_ptr<const Tree> tree;
    std::shared_ptr<const UsageMap> usage;
    std::uint32_t fatCopy = 0; ///< which one was read, from 0
    std::vector<FatDifference> fatDifferences;
    std::vector<LostChain> lostChains; ///< the first maxListed ones
    std::uint64_t lostChainCount = 0;
    std::vector<Finding> findings; ///< boot sector first, then FATs, then files in tree order

    static constexpr std::size_t maxListed = 100'000;
};

[[nodiscard]] Result<std::shared_ptr<const CheckReport>> checkVolume(const Volume& volume,
                                                                     const JobControl& job = {});

/// The copy of the FAT under which the volume has the fewest findings (errors first), from 0.
struct BestFat {
    std::uint32_t copy = 0;
    std::vector<std::uint64_t> errorCounts; ///< per copy
    std::vector<std::uint64_t> findingCounts;
};

/// Reads the volume once per copy; only worth its time when copies differ.
[[nodiscard]] Result<BestFat> findBestFat(const std::shared_ptr<const block::BlockDevice>& device,
                                          const Volume::Options& options,
                                          const JobControl& job = {});

} // namespace fatlas::fat
