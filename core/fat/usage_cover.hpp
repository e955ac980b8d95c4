/// Internal to mapUsage(): puts used and bad clusters, told in their order, down beside those who
/// own them, as a cover of the volume without gaps.
///
/// Units:   cluster numbers, ascending from call to call.
/// Threads: belongs to one thread.
#pragma once

#include "core/fat/usage_map.hpp"

#include <memory>
#include <vector>

namespace fatlas::fat {

class UsageCover {
public:
    /// `owned` as ownedRuns() gives them; room for `expectedRuns` used ones is made at once.
    UsageCover(const Geometry& geometry, std::vector<UsageRun> owned, std::size_t expectedRuns = 0);

    void takeBad(ClusterRange range);

    /// Clusters of a file or folder become theirs, those of nobody are Lost.
    void takeUsed(ClusterRange range) { takeUsed(range, ClusterState::Lost); }

    /// Entries that mean nothing.
    void takeReserved(ClusterRange range) { takeUsed(range, ClusterState::System); }

    /// For those who know the owner themselves.
    void takeOwned(const UsageRun& run) { append(run); }

    [[nodiscard]] std::shared_ptr<const UsageMap> finish();

private:
    void takeUsed(ClusterRange range, ClusterState withoutOwner);
    [[nodiscard]] const UsageRun* ownerOf(Cluster cluster);
    [[nodiscard]] Cluster nextOwnerOr(Cluster end) const;
    void fillTo(Cluster cluster);
    void append(const UsageRun& run);
    [[nodiscard]] bool isCoarse(const UsageRun& next) const;
    void count(ClusterState state, std::uint32_t clusters);

    Geometry m_geometry;
    std::vector<UsageRun> m_owned;
    std::size_t m_nextOwned = 0;
    Cluster m_at{2};
    std::vector<UsageRun> m_runs;
    std::size_t m_ownerless = 0; ///< of m_runs, without free ones
    UsageMap::Counts m_counts{};
};

} // namespace fatlas::fat
