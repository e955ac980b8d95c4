#include "core/fat/fat_table.hpp"
#include "core/fat/owned_runs.hpp"
#include "core/fat/usage_map.hpp"

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< 1 MiB of a FAT32

/// Goes over the FAT and the owned runs side by side.
class UsageWalk {
public:
    UsageWalk(const Volume& volume, std::vector<UsageRun> owned)
        : m_volume(volume), m_type(volume.geometry().type), m_owned(std::move(owned))
    {}

    Result<std::shared_ptr<const UsageMap>> walk(const JobControl& job)
    {
        const Geometry& geometry = m_volume.geometry();
        std::vector<std::uint32_t> entries;
        for (Cluster at{2}; at < geometry.endCluster();) {
            FATLAS_TRY(job.checkpoint());
            job.report(at.value - 2, geometry.clusterCount);
            entries.resize(std::min(entriesPerStep, geometry.endCluster() - at));
            FATLAS_TRY(m_volume.rawEntries(at, entries));
            takeStep(at, entries);
            at = at + static_cast<std::uint32_t>(entries.size());
        }
        job.report(geometry.clusterCount, geometry.clusterCount);
        return std::make_shared<const UsageMap>(geometry, std::move(m_runs));
    }

private:
    void takeStep(Cluster first, std::span<const std::uint32_t> entries)
    {
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (entries[i] == 0) // free on every type, and most of a FAT
                continue;
            take(first + static_cast<std::uint32_t>(i), interpretEntry(m_type, entries[i]).kind);
        }
    }

    void take(Cluster cluster, EntryKind kind)
    {
        if (kind == EntryKind::Free)
            return;
        UsageRun one{.first = cluster, .count = 1};
        if (kind == EntryKind::Bad)
            one.state = ClusterState::Bad;
        else if (const UsageRun* const owner = ownerOf(cluster))
            one = {.first = cluster,
                   .count = 1,
                   .owner = owner->owner,
                   .part = owner->part + (cluster - owner->first),
                   .state = owner->state};
        else
            one.state = kind == EntryKind::Reserved ? ClusterState::System : ClusterState::Lost;
        append(one);
    }

    /// Clusters are asked for in ascending order.
    const UsageRun* ownerOf(Cluster cluster)
    {
        while (m_nextOwned < m_owned.size() && m_owned[m_nextOwned].end() <= cluster)
            ++m_nextOwned;
        if (m_nextOwned == m_owned.size() || cluster < m_owned[m_nextOwned].first)
            return nullptr;
        return &m_owned[m_nextOwned];
    }

    void append(const UsageRun& one)
    {
        if (!m_runs.empty()) {
            UsageRun& last = m_runs.back();
            const bool sameChain = last.owner == noOwner || last.part + last.count == one.part;
            if (last.end() == one.first && last.state == one.state && last.owner == one.owner &&
                sameChain) {
                ++last.count;
                return;
            }
        }
        m_runs.push_back(one);
    }

    const Volume& m_volume;
    FatType m_type;
    std::vector<UsageRun> m_owned;
    std::size_t m_nextOwned = 0;
    std::vector<UsageRun> m_runs;
};

} // namespace

Result<std::shared_ptr<const UsageMap>> mapUsage(const Volume& volume, const Tree& tree,
                                                 const JobControl& job)
{
    FATLAS_ASSIGN(auto owned, ownedRuns(tree, job));
    return UsageWalk(volume, std::move(owned)).walk(job);
}

} // namespace fatlas::fat
