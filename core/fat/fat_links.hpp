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

#include "core/fat/tree.hpp"

#include <functional>
#include <vector>

namespace fatlas::fat {

struct LinkRun {
    Cluster first;
    std::uint32_t count = 0;
    std::uint32_t last = 0; ///< entry of its last cluster: not free, not bad
    std::uint32_t walk = 0; ///< number of the walk that came by last

    [[nodiscard]] Cluster end() const { return first + count; }
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
    static constexpr std::size_t maxRuns = 8'000'000; ///< 128 MB

    [[nodiscard]] static Result<FatLinks> read(const Volume& volume, const JobControl& job);

    [[nodiscard]] const FatCounts& counts() const noexcept { return m_counts; }

    /// As Volume::chain().
    [[nodiscard]] Result<Chain> chain(Cluster first, std::uint32_t maxClusters);
    /// Every run once; from memory or from the device.
    [[nodiscard]] Result<> forEach(const JobControl& job,
                                   const std::function<void(const LinkRun&)>& take) const;

private:
    explicit FatLinks(const Volume& volume) : m_volume(&volume) {}

    [[nodiscard]] LinkRun* find(Cluster cluster);
    /// Takes what a run still gives into the chain; false when the chain comes back to itself.
    [[nodiscard]] bool take(Chain& chain, LinkRun& run, Cluster at) const;
    [[nodiscard]] Result<ChainEnd> endAt(Cluster cluster) const;

    const Volume* m_volume;
    FatCounts m_counts;
    std::vector<LinkRun> m_runs;
    std::size_t m_hint = 0;
    std::uint32_t m_walk = 0;
    bool m_isComplete = true;
};

/// As readTree(), after one pass over the whole FAT and with no reading of it in between: quicker
/// for volumes of many fragments, and for those who look at all of the FAT anyway.
[[nodiscard]] Result<std::shared_ptr<const Tree>> readTreeByLinks(const Volume& volume,
                                                                  const JobControl& job = {});

} // namespace fatlas::fat
