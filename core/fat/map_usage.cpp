#include "core/fat/fat_links.hpp"
#include "core/fat/fat_table.hpp"
#include "core/fat/owned_runs.hpp"
#include "core/fat/usage_cover.hpp"

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< 1 MiB of a FAT32
constexpr std::size_t entriesPerSkip = 16;
constexpr std::size_t checkEvery = 65536;

/// Free, bad or used, without a call an entry: there can be 268 million of them.
class EntryClasses {
public:
    explicit EntryClasses(FatType type) : m_type(type), m_mask(endMark(type)), m_bad(badMark(type))
    {}

    [[nodiscard]] bool isFree(std::uint32_t raw) const noexcept { return (raw & m_mask) == 0; }

    [[nodiscard]] EntryKind kindOf(std::uint32_t raw) const noexcept
    {
        const std::uint32_t value = raw & m_mask;
        if (value >= 2 && value < m_bad - 1)
            return EntryKind::Next; // most are, on every type
        return interpretEntry(m_type, raw).kind;
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
    FatType m_type;
    std::uint32_t m_mask;
    std::uint32_t m_bad;
};

/// Goes over the FAT and tells the cover its rows of entries of one kind.
class UsageWalk {
public:
    UsageWalk(const Volume& volume, UsageCover& cover)
        : m_volume(volume), m_classes(volume.geometry().type), m_cover(cover)
    {}

    Result<> walk(const JobControl& job)
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
        return {};
    }

private:
    enum class Row : std::uint8_t { Free, Used, Bad, Reserved };

    [[nodiscard]] Row rowOf(std::uint32_t raw) const noexcept
    {
        switch (m_classes.kindOf(raw)) {
        case EntryKind::Free: return Row::Free;
        case EntryKind::Bad: return Row::Bad;
        case EntryKind::Reserved: return Row::Reserved;
        case EntryKind::Next:
        case EntryKind::End: break;
        }
        return Row::Used;
    }

    void takeStep(Cluster first, std::span<const std::uint32_t> entries)
    {
        for (std::size_t at = m_classes.skipFree(entries, 0); at < entries.size();
             at = m_classes.skipFree(entries, at)) {
            const Row row = rowOf(entries[at]);
            std::size_t end = at + 1;
            while (end < entries.size() && rowOf(entries[end]) == row)
                ++end;
            take(row, {.first = first + static_cast<std::uint32_t>(at),
                       .count = static_cast<std::uint32_t>(end - at)});
            at = end;
        }
    }

    void take(Row row, ClusterRange range)
    {
        if (row == Row::Bad)
            m_cover.takeBad(range);
        else if (row == Row::Reserved)
            m_cover.takeReserved(range);
        else
            m_cover.takeUsed(range);
    }

    const Volume& m_volume;
    EntryClasses m_classes;
    UsageCover& m_cover;
};

/// Tells the cover link runs. All clusters of one but the last point to the next one.
class LinkWalk {
public:
    LinkWalk(const Volume& volume, const Tree& tree, const FatLinks& links)
        : m_volume(volume), m_tree(tree), m_links(links), m_classes(volume.geometry().type)
    {}

    Result<std::shared_ptr<const UsageMap>> walk(const JobControl& job)
    {
        std::vector<UsageRun> owned;
        if (!m_links.areOwnersClear()) {
            FATLAS_ASSIGN(owned, ownedRuns(m_tree, job));
        }
        UsageCover cover(m_volume.geometry(), std::move(owned), m_links.runs().size());
        std::size_t taken = 0;
        for (const LinkRun& run : m_links.runs()) {
            if (++taken % checkEvery == 0)
                FATLAS_TRY(job.checkpoint());
            take(run, cover);
        }
        job.report(m_volume.geometry().clusterCount, m_volume.geometry().clusterCount);
        return cover.finish();
    }

private:
    void take(const LinkRun& run, UsageCover& cover) const
    {
        if (m_links.areOwnersClear() && run.hasOwner()) {
            const std::uint32_t owner = run.walk - 1;
            cover.takeOwned({.first = run.first,
                             .count = run.count,
                             .owner = owner,
                             .part = run.part,
                             .state = m_tree.nodes[owner].isDirectory ? ClusterState::Directory
                                                                      : ClusterState::File});
            return;
        }
        const bool endsReserved = m_classes.kindOf(run.last) == EntryKind::Reserved;
        const std::uint32_t used = run.count - (endsReserved ? 1 : 0);
        cover.takeUsed({.first = run.first, .count = used});
        if (endsReserved)
            cover.takeReserved({.first = run.first + used, .count = 1});
    }

    const Volume& m_volume;
    const Tree& m_tree;
    const FatLinks& m_links;
    EntryClasses m_classes;
};

} // namespace

Result<std::shared_ptr<const UsageMap>> mapUsage(const Volume& volume, const Tree& tree,
                                                 const JobControl& job)
{
    FATLAS_ASSIGN(auto owned, ownedRuns(tree, job));
    UsageCover cover(volume.geometry(), std::move(owned));
    FATLAS_TRY(UsageWalk(volume, cover).walk(job));
    return cover.finish();
}

Result<std::shared_ptr<const UsageMap>> mapUsageByLinks(const Volume& volume, const Tree& tree,
                                                        const FatLinks& links,
                                                        const JobControl& job)
{
    if (!links.isComplete() || links.counts().badCount != 0)
        return mapUsage(volume, tree, job);
    return LinkWalk(volume, tree, links).walk(job);
}

} // namespace fatlas::fat
