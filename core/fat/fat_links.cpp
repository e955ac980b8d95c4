#include "core/fat/fat_links.hpp"

#include <algorithm>
#include <limits>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< 1 MiB of a FAT32
constexpr std::size_t entriesPerSkip = 32;
constexpr std::uint32_t fat32HighBits = 0xF000'0000;

/// Puts the runs together over the borders of steps.
class LinkScan {
public:
    LinkScan(const Volume& volume, const std::function<void(const LinkRun&)>& take)
        : m_volume(volume), m_take(take), m_mask(endMark(volume.geometry().type)),
          m_bad(badMark(volume.geometry().type)),
          m_highBits(volume.geometry().type == FatType::Fat32 ? fat32HighBits : 0)
    {}

    Result<FatCounts> scan(const JobControl& job)
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
        finishRun();
        m_counts.freeCount = geometry.clusterCount - m_usedCount;
        return m_counts;
    }

private:
    void takeStep(Cluster first, std::span<const std::uint32_t> entries)
    {
        for (std::size_t i = 0; i < entries.size();) {
            if (i + entriesPerSkip <= entries.size() && isAllZero(entries.subspan(i))) {
                i += entriesPerSkip;
                continue;
            }
            if (entries[i] != 0)
                takeEntry(first + static_cast<std::uint32_t>(i), entries[i]);
            ++i;
        }
    }

    static bool isAllZero(std::span<const std::uint32_t> entries)
    {
        std::uint32_t all = 0;
        for (std::size_t i = 0; i < entriesPerSkip; ++i)
            all |= entries[i];
        return all == 0;
    }

    void takeEntry(Cluster cluster, std::uint32_t raw)
    {
        if ((raw & m_highBits) != 0) [[unlikely]]
            noteHighBits(cluster);
        const std::uint32_t value = raw & m_mask;
        if (value == 0)
            return;
        ++m_usedCount;
        if (value == m_bad) [[unlikely]] {
            noteBad(cluster);
            return;
        }
        if (m_run.count == 0 || m_run.last != cluster.value || m_run.end() != cluster) {
            finishRun();
            m_run.first = cluster;
        }
        ++m_run.count;
        m_run.last = value;
    }

    void finishRun()
    {
        if (m_run.count != 0)
            m_take(m_run);
        m_run.count = 0;
    }

    void noteHighBits(Cluster cluster)
    {
        ++m_counts.highBitsCount;
        if (!m_counts.firstHighBits)
            m_counts.firstHighBits = cluster;
    }

    void noteBad(Cluster cluster)
    {
        ++m_counts.badCount;
        if (!m_counts.firstBad)
            m_counts.firstBad = cluster;
    }

    const Volume& m_volume;
    const std::function<void(const LinkRun&)>& m_take;
    std::uint32_t m_mask;
    std::uint32_t m_bad;
    std::uint32_t m_highBits;
    std::uint64_t m_usedCount = 0;
    LinkRun m_run;
    FatCounts m_counts;
};

void cutTo(Chain& chain, std::uint32_t clusters)
{
    std::uint32_t excess = chain.clusterCount - clusters;
    chain.clusterCount = clusters;
    while (excess > 0) {
        ClusterRange& last = chain.runs.back();
        const std::uint32_t taken = std::min(excess, last.count);
        last.count -= taken;
        excess -= taken;
        if (last.count == 0)
            chain.runs.pop_back();
    }
}

} // namespace

Result<FatCounts> scanLinks(const Volume& volume, const JobControl& job,
                            const std::function<void(const LinkRun&)>& take)
{
    return LinkScan(volume, take).scan(job);
}

Result<FatLinks> FatLinks::read(const Volume& volume, const JobControl& job)
{
    FatLinks links(volume);
    const std::uint32_t end = endMark(volume.geometry().type) & ~7U;
    const auto keep = [&links, end](const LinkRun& run) {
        links.m_endCount += run.last >= end ? 1 : 0;
        if (links.m_runs.size() < maxRuns)
            links.m_runs.push_back(run);
        else
            links.m_isComplete = false;
    };
    FATLAS_ASSIGN(links.m_counts, scanLinks(volume, job, keep));
    if (links.m_isComplete)
        links.makeIndex();
    else
        links.m_runs = {};
    return links;
}

Result<> FatLinks::forEach(const JobControl& job,
                           const std::function<void(const LinkRun&)>& take) const
{
    if (!m_isComplete) {
        FATLAS_TRY(scanLinks(*m_volume, job, take));
        return {};
    }
    for (const LinkRun& run : m_runs)
        take(run);
    return job.checkpoint();
}

/// About as many rows as runs, so that few runs lie in one.
void FatLinks::makeIndex()
{
    const std::uint32_t clusters = m_volume->geometry().endCluster().value;
    while ((clusters >> m_indexShift) > m_runs.size())
        ++m_indexShift;
    m_index.reserve((clusters >> m_indexShift) + 1);
    std::uint32_t run = 0;
    for (std::uint32_t row = 0; row <= clusters >> m_indexShift; ++row) {
        while (run < m_runs.size() && m_runs[run].end().value <= row << m_indexShift)
            ++run;
        m_index.push_back(run);
    }
}

TreeReading FatLinks::reading()
{
    TreeReading how;
    how.chains = [this](Cluster first, std::uint32_t maxClusters, std::uint32_t node) {
        return chain(first, maxClusters, node);
    };
    how.expectedNodes = m_endCount + 1; // about: empty files have no chain
    how.expectedRuns = m_runs.size();
    return how;
}

LinkRun* FatLinks::find(Cluster cluster)
{
    const auto holds = [&](std::size_t at) {
        return at < m_runs.size() && m_runs[at].first <= cluster && cluster < m_runs[at].end();
    };
    if (!holds(m_hint))
        ++m_hint; // chains mostly go on in the next run
    if (holds(m_hint))
        return &m_runs[m_hint];
    const std::size_t row = cluster.value >> m_indexShift;
    if (row >= m_index.size())
        return nullptr;
    const auto first = m_runs.begin() + m_index[row];
    const auto end =
        row + 1 < m_index.size()
            ? m_runs.begin() + std::min<std::size_t>(m_index[row + 1] + 1, m_runs.size())
            : m_runs.end();
    const auto found = std::ranges::partition_point(
        first, end, [&](const LinkRun& run) { return run.end() <= cluster; });
    m_hint = static_cast<std::size_t>(found - m_runs.begin());
    return holds(m_hint) ? &m_runs[m_hint] : nullptr;
}

bool FatLinks::take(Chain& chain, LinkRun& run, Cluster at)
{
    Cluster end = run.end();
    const bool seen = run.walk == m_walk;
    m_isTangled = m_isTangled || run.walk != 0 || at != run.first;
    if (seen) {
        const Cluster lastOfRun = run.end() - 1;
        const auto piece = std::ranges::find_if(
            chain.runs, [&](const ClusterRange& range) { return range.contains(lastOfRun); });
        end = std::max(at, piece->first);
    }
    run.walk = m_walk;
    run.part = chain.clusterCount;
    if (at < end) {
        chain.runs.push_back({.first = at, .count = end - at});
        chain.clusterCount += end - at;
    }
    return !seen;
}

Result<ChainEnd> FatLinks::endAt(Cluster cluster) const
{
    if (cluster.value < 2)
        return ChainEnd::Reserved;
    if (!m_volume->geometry().isData(cluster))
        return ChainEnd::OutOfRange;
    FATLAS_ASSIGN(const FatEntry entry, m_volume->entry(cluster));
    return entry.kind == EntryKind::Bad ? ChainEnd::Bad : ChainEnd::Free;
}

Result<Chain> FatLinks::chain(Cluster first, std::uint32_t maxClusters, std::uint32_t node)
{
    if (!m_isComplete)
        return m_volume->chain(first, maxClusters);
    m_walk = node + 1;
    Chain chain;
    for (Cluster at = first;;) {
        LinkRun* const run = find(at);
        if (run == nullptr) {
            FATLAS_ASSIGN(chain.end, endAt(at));
            break;
        }
        if (!take(chain, *run, at)) {
            chain.end = ChainEnd::Loop;
            break;
        }
        const FatEntry entry = interpretEntry(m_volume->geometry().type, run->last);
        if (entry.kind != EntryKind::Next) {
            chain.end = entry.kind == EntryKind::End ? ChainEnd::EndMark : ChainEnd::Reserved;
            break;
        }
        at = entry.next;
        if (chain.clusterCount > maxClusters)
            break;
    }
    if (chain.clusterCount > maxClusters) {
        cutTo(chain, maxClusters);
        m_isTangled = true;
        chain.end = ChainEnd::Limit;
    }
    return chain;
}

Result<MappedTree> readMappedTree(const Volume& volume, const JobControl& job)
{
    FATLAS_ASSIGN(FatLinks links, FatLinks::read(volume, job));
    const JobControl quiet(job.stopToken());
    MappedTree read;
    FATLAS_ASSIGN(read.tree, readTree(volume, links.reading(), quiet));
    FATLAS_ASSIGN(read.usage, mapUsageByLinks(volume, *read.tree, links, quiet));
    return read;
}

} // namespace fatlas::fat
