/// One pass over a FAT, and chains followed without reading it again.
///
/// A link run is a row of clusters each of which points to the next one; where its last one points
/// is kept. Sound volumes have few of them, so chains are followed in memory; a FAT with more than
/// maxRuns is read again instead.
///
/// Units:   cluster numbers; entries without the four high bits of FAT32.
/// Errors:  those of the device, Cancelled.
/// Threads: belongs to one thread.
#pragma once

#include "core/fat/read_tree.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace fatlas::fat {

struct LinkRun {
    Cluster first;
    std::uint32_t count = 0;
    std::uint32_t last = 0; ///< entry of its last cluster: not free, not bad
    std::uint32_t walk = 0; ///< whose chain came by last: its node, from 1
    std::uint32_t part = 0; ///< which cluster of that chain `first` is, from 0

    [[nodiscard]] Cluster end() const { return first + count; }

    /// Whether `walk` and `part` say it all, once every chain was followed.
    [[nodiscard]] bool hasOwner() const { return walk != 0; }
};

/// What the entries of all clusters say, counted.
struct FatCounts {
    std::uint64_t freeCount = 0;
    std::uint64_t badCount = 0;
    std::uint64_t highBitsCount = 0; ///< FAT32 entries whose reserved bits are not 0
    std::optional<Cluster> firstBad;
    std::optional<Cluster> firstHighBits;
};

/// Calls `take` for every link run in the order of the clusters.
[[nodiscard]] Result<FatCounts> scanLinks(const Volume& volume, const JobControl& job,
                                          const std::function<void(const LinkRun&)>& take);

class FatLinks {
public:
    static constexpr std::size_t maxRuns = 8'000'000; ///< 160 MB

    [[nodiscard]] static Result<FatLinks> read(const Volume& volume, const JobControl& job);

    [[nodiscard]] const FatCounts& counts() const noexcept { return m_counts; }

    /// For readTree(): chains come from here.
    [[nodiscard]] TreeReading reading();

    /// Whether runs() holds all of them.
    [[nodiscard]] bool isComplete() const noexcept { return m_isComplete; }

    /// In the order of the clusters; none when there are too many.
    [[nodiscard]] std::span<const LinkRun> runs() const noexcept { return m_runs; }

    /// Whether every run belongs to one chain as a whole, or to none.
    [[nodiscard]] bool areOwnersClear() const noexcept { return m_isComplete && !m_isTangled; }

    /// As Volume::chain(), for a node that was not asked for before.
    [[nodiscard]] Result<Chain> chain(Cluster first, std::uint32_t maxClusters, std::uint32_t node);
    /// Every run once; from memory or from the device.
    [[nodiscard]] Result<> forEach(const JobControl& job,
                                   const std::function<void(const LinkRun&)>& take) const;

private:
    explicit FatLinks(const Volume& volume) : m_volume(&volume) {}

    /// Once all runs are there.
    void makeIndex();
    [[nodiscard]] LinkRun* find(Cluster cluster);
    /// Takes what a run still gives into the chain; false when the chain comes back to itself.
    [[nodiscard]] bool take(Chain& chain, LinkRun& run, Cluster at);
    [[nodiscard]] Result<ChainEnd> endAt(Cluster cluster) const;

    const Volume* m_volume;
    FatCounts m_counts;
    std::vector<LinkRun> m_runs;
    /// For each row of 2^m_indexShift clusters the first run that ends behind its start.
    std::vector<std::uint32_t> m_index;
    std::uint32_t m_indexShift = 0;
    std::size_t m_hint = 0;
    std::uint32_t m_walk = 0;
    bool m_isTangled = false;   ///< a chain begins within a run, ends in another, or comes back
    std::size_t m_endCount = 0; ///< runs that end with an end mark
    bool m_isComplete = true;
};

/// As mapUsage(), without reading the FAT again where the links say it all. `tree` was read by way
/// of links.reading().
[[nodiscard]] Result<std::shared_ptr<const UsageMap>> mapUsageByLinks(const Volume& volume,
                                                                      const Tree& tree,
                                                                      const FatLinks& links,
                                                                      const JobControl& job = {});

struct MappedTree {
    std::shared_ptr<const Tree> tree;
    std::shared_ptr<const UsageMap> usage;
};

/// As readTree() and mapUsage(), with one pass over the FAT: quicker for volumes of many fragments,
/// and the FAT is read once. Progress in clusters.
[[nodiscard]] Result<MappedTree> readMappedTree(const Volume& volume, const JobControl& job = {});

} // namespace fatlas::fat
