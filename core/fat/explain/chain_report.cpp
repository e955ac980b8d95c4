#include "core/fat/explain/chain_report.hpp"

#include "core/base/checked.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024;

/// The clusters of a chain, to be asked which one comes before a cluster.
class ChainMembers {
public:
    explicit ChainMembers(const std::vector<ChainRun>& runs) : m_runs(runs)
    {
        m_order.reserve(runs.size());
        for (std::uint32_t i = 0; i < runs.size(); ++i)
            m_order.push_back(i);
        std::ranges::sort(m_order, {}, [&runs](std::uint32_t i) { return runs[i].clusters.first; });
        if (!runs.empty()) {
            m_first = runs[m_order.front()].clusters.first;
            m_end = runs[m_order.back()].clusters.end();
        }
    }

    [[nodiscard]] bool contains(Cluster c) const { return runOf(c).has_value(); }

    /// True when `from` is the cluster before `to` in the chain.
    [[nodiscard]] bool isOwnLink(Cluster from, Cluster to) const
    {
        const auto run = runOf(to);
        if (!run)
            return false;
        if (to != m_runs[*run].clusters.first)
            return from == to - 1;
        return *run != 0 && from == m_runs[*run - 1].clusters.end() - 1;
    }

    [[nodiscard]] std::uint32_t countIn(const ClusterRange& range, Cluster& first) const
    {
        std::uint32_t count = 0;
        auto at = std::ranges::upper_bound(
            m_order, range.first, {}, [&](std::uint32_t i) { return m_runs[i].clusters.first; });
        if (at != m_order.begin())
            --at;
        for (; at != m_order.end() && m_runs[*at].clusters.first < range.end(); ++at) {
            const ClusterRange& run = m_runs[*at].clusters;
            const Cluster from = std::max(run.first, range.first);
            const Cluster to = std::min(run.end(), range.end());
            if (from >= to)
                continue;
            if (count == 0)
                first = from;
            count += to - from;
        }
        return count;
    }

private:
    [[nodiscard]] std::optional<std::uint32_t> runOf(Cluster c) const
    {
        if (c < m_first || c >= m_end)
            return std::nullopt;
        const auto after = std::ranges::upper_bound(
            m_order, c, {}, [&](std::uint32_t i) { return m_runs[i].clusters.first; });
        const std::uint32_t run = *std::prev(after);
        return m_runs[run].clusters.contains(c) ? std::optional(run) : std::nullopt;
    }

    const std::vector<ChainRun>& m_runs;
    std::vector<std::uint32_t> m_order; ///< runs by first cluster
    Cluster m_first;
    Cluster m_end;
};

void addRuns(ChainReport& report, const Geometry& geometry, std::span<const ClusterRange> ranges)
{
    for (const ClusterRange& range : ranges) {
        const std::int64_t jump = report.runs.empty() ? 0
                                                      : std::int64_t{range.first.value} -
                                                            report.runs.back().clusters.end().value;
        report.runs.push_back({.clusters = range,
                               .part = report.clusterCount,
                               .jump = jump,
                               .volumeOffset = geometry.clusterOffset(range.first)});
        report.clusterCount += range.count;
    }
    if (!report.runs.empty())
        report.last = report.runs.back().clusters.end() - 1;
}

Result<> addPointers(ChainReport& report, const Volume& volume, const ChainMembers& members,
                     const JobControl& job)
{
    const Geometry& g = volume.geometry();
    std::vector<std::uint32_t> entries;
    for (Cluster at{2}; at < g.endCluster();) {
        FATLAS_TRY(job.checkpoint());
        job.report(at.value - 2, g.clusterCount);
        entries.resize(std::min(entriesPerStep, g.endCluster() - at));
        FATLAS_TRY(volume.rawEntries(at, entries));
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            if (entries[i] == 0)
                continue;
            const FatEntry entry = interpretEntry(g.type, entries[i]);
            if (entry.kind != EntryKind::Next || !members.contains(entry.next) ||
                members.isOwnLink(at + i, entry.next))
                continue;
            if (++report.pointerCount <= ChainReport::maxListed)
                report.pointers.push_back({.from = at + i, .to = entry.next});
        }
        at = at + static_cast<std::uint32_t>(entries.size());
    }
    return {};
}

void addOwners(ChainReport& report, const Tree& tree, const ChainMembers& members)
{
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
        if (report.node == node)
            continue;
        SharedOwner owner{.node = node, .firstShared = {}, .sharedCount = 0};
        for (const ClusterRange& range : tree.runsOf(node)) {
            Cluster first;
            const std::uint32_t shared = members.countIn(range, first);
            if (owner.sharedCount == 0)
                owner.firstShared = first;
            owner.sharedCount += shared;
        }
        if (owner.sharedCount != 0 && ++report.ownerCount <= ChainReport::maxListed)
            report.owners.push_back(owner);
    }
}

Result<ChainReport> finish(ChainReport report, const Volume& volume, const Tree& tree,
                           const JobControl& job)
{
    if (report.runs.empty())
        return report;
    FATLAS_ASSIGN(const FatEntry last, volume.entry(report.last));
    report.lastValue = last.raw;
    const ChainMembers members(report.runs);
    FATLAS_TRY(addPointers(report, volume, members, job));
    addOwners(report, tree, members);
    return report;
}

/// Who has a cluster: the first in the tree.
std::optional<std::uint32_t> ownerOf(const Tree& tree, Cluster cluster)
{
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node)
        for (const ClusterRange& range : tree.runsOf(node))
            if (range.contains(cluster))
                return node;
    return std::nullopt;
}

} // namespace

Result<ChainReport> reportChain(const Volume& volume, const Tree& tree, std::uint32_t node,
                                const JobControl& job)
{
    const TreeNode& found = tree.nodes[node];
    const Geometry& g = volume.geometry();
    ChainReport report;
    report.node = node;
    report.first = node == 0 ? g.rootCluster : volume.firstCluster(found.raw);
    report.end = found.end;
    if (!found.isDirectory)
        report.clustersForSize =
            static_cast<std::uint32_t>(divideRoundUp<std::uint64_t>(found.size(), g.clusterSize()));
    addRuns(report, g, tree.runsOf(node));
    return finish(std::move(report), volume, tree, job);
}

Result<ChainReport> reportChainFrom(const Volume& volume, const Tree& tree, Cluster first,
                                    const JobControl& job)
{
    const Geometry& g = volume.geometry();
    if (!g.isData(first))
        return fail(ErrorCode::OutOfRange,
                    fmt::format("there is no cluster {}; the volume has clusters 2 to {}",
                                first.value, g.endCluster().value - 1));
    FATLAS_ASSIGN(const Chain chain, volume.chain(first));
    ChainReport report;
    report.node = ownerOf(tree, first);
    report.first = first;
    report.end = chain.end;
    addRuns(report, g, chain.runs);
    return finish(std::move(report), volume, tree, job);
}

const char* describeEnd(ChainEnd end) noexcept
{
    switch (end) {
    case ChainEnd::EndMark: return "ends as it should";
    case ChainEnd::Free: return "runs into a free cluster";
    case ChainEnd::Bad: return "runs into a cluster marked bad";
    case ChainEnd::Reserved: return "runs into a reserved value";
    case ChainEnd::OutOfRange: return "runs out of the volume";
    case ChainEnd::Loop: return "comes back to itself";
    case ChainEnd::Limit: return "is longer than can be followed";
    }
    return "ends";
}

const char* toString(ChainEnd end) noexcept
{
    switch (end) {
    case ChainEnd::EndMark: return "end-mark";
    case ChainEnd::Free: return "free";
    case ChainEnd::Bad: return "bad";
    case ChainEnd::Reserved: return "reserved";
    case ChainEnd::OutOfRange: return "out-of-range";
    case ChainEnd::Loop: return "loop";
    case ChainEnd::Limit: return "limit";
    }
    return "end-mark";
}

} // namespace fatlas::fat
