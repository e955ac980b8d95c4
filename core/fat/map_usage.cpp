#include "core/fat/fat_table.hpp"
#include "core/fat/owned_runs.hpp"
#include "core/fat/usage_map.hpp"

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< 1 MiB of a FAT32
constexpr std::size_t entriesPerSkip = 16;

/// Free, bad or used, without a call an entry: there can be 268 million of them.
class EntryClasses {
public:
    explicit EntryClasses(FatType type) : m_mask(endMark(type)), m_bad(badMark(type)) {}

    [[nodiscard]] bool isFree(std::uint32_t raw) const noexcept { return (raw & m_mask) == 0; }

    [[nodiscard]] bool isBad(std::uint32_t raw) const noexcept { return (raw & m_mask) == m_bad; }

    [[nodiscard]] bool isUsed(std::uint32_t raw) const noexcept
    {
        return !isFree(raw) && !isBad(raw);
    }

    /// The first entry from `at` on that is not free; the end if there is none.
    [[nodiscard]] std::size_t skipFree(std::span<const std::uint32_t> entries,
                                       std::size_t at) const noexcept
    {
        while (at + entriesPerSkip <= entries.size()) {
            std::uint32_t all = 0;
            for (std::size_t i = 0; i < entriesPerSkip; ++i)
                all |= entries[at + i];
            if (!isFree(all))
                break;
            at += entriesPerSkip;
        }
        while (at < entries.size() && isFree(entries[at]))
            ++at;
        return at;
    }

private:
    std::uint32_t m_mask;
    std::uint32_t m_bad;
};

/// Goes over the FAT and the owned runs side by side, and puts down a cover without gaps.
class UsageWalk {
public:
    UsageWalk(const Volume& volume, std::vector<UsageRun> owned)
        : m_volume(volume), m_type(volume.geometry().type), m_classes(m_type),
          m_owned(std::move(owned))
    {
        m_runs.reserve(2 * m_owned.size() + 1);
    }

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
        fillTo(geometry.endCluster());
        job.report(geometry.clusterCount, geometry.clusterCount);
        return UsageMap::fromCover(geometry, std::move(m_runs));
    }

private:
    void takeStep(Cluster first, std::span<const std::uint32_t> entries)
    {
        for (std::size_t at = m_classes.skipFree(entries, 0); at < entries.size();
             at = m_classes.skipFree(entries, at))
            at += take(first + static_cast<std::uint32_t>(at), entries.subspan(at));
    }

    /// The entries from the first one on, which is not free, that are of one kind and one owner;
    /// gives their number.
    std::uint32_t take(Cluster cluster, std::span<const std::uint32_t> entries)
    {
        UsageRun run{.first = cluster, .count = 1};
        const auto takeWhile = [&](std::size_t most, auto&& belongs) {
            most = std::min(most, entries.size());
            while (run.count < most && belongs(entries[run.count]))
                ++run.count;
        };
        if (m_classes.isBad(entries[0])) {
            run.state = ClusterState::Bad;
            takeWhile(entries.size(), [&](std::uint32_t raw) { return m_classes.isBad(raw); });
        } else if (const UsageRun* const owner = ownerOf(cluster)) {
            run.owner = owner->owner;
            run.part = owner->part + (cluster - owner->first);
            run.state = owner->state;
            takeWhile(owner->end() - cluster,
                      [&](std::uint32_t raw) { return m_classes.isUsed(raw); });
        } else {
            run.state = stateWithoutOwner(entries[0]);
            takeWhile(clustersToNextOwner(cluster), [&](std::uint32_t raw) {
                return m_classes.isUsed(raw) && stateWithoutOwner(raw) == run.state;
            });
        }
        append(run);
        return run.count;
    }

    [[nodiscard]] ClusterState stateWithoutOwner(std::uint32_t raw) const
    {
        return interpretEntry(m_type, raw).kind == EntryKind::Reserved ? ClusterState::System
                                                                       : ClusterState::Lost;
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

    /// After ownerOf() found none.
    [[nodiscard]] std::size_t clustersToNextOwner(Cluster cluster) const
    {
        return m_nextOwned == m_owned.size() ? SIZE_MAX : m_owned[m_nextOwned].first - cluster;
    }

    void fillTo(Cluster cluster)
    {
        if (m_at < cluster)
            m_runs.push_back({.first = m_at, .count = cluster - m_at});
        m_at = cluster;
    }

    void append(const UsageRun& run)
    {
        fillTo(run.first);
        m_at = run.end();
        if (!m_runs.empty()) {
            UsageRun& last = m_runs.back();
            const bool sameChain = last.owner == noOwner || last.part + last.count == run.part;
            if (last.end() == run.first && last.state == run.state && last.owner == run.owner &&
                sameChain) {
                last.count += run.count;
                return;
            }
        }
        m_runs.push_back(run);
    }

    const Volume& m_volume;
    FatType m_type;
    EntryClasses m_classes;
    std::vector<UsageRun> m_owned;
    std::size_t m_nextOwned = 0;
    Cluster m_at{2};
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
