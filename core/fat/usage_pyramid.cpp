#include "core/fat/usage_pyramid.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t maxTiles = 1U << 20;
constexpr std::size_t fanOut = 8;
constexpr std::size_t runsPerSum = 64;
constexpr std::size_t checkEvery = 1U << 20;

/// Inside the volume, ordered, disjoint and apart.
std::vector<ClusterRange> tidied(std::vector<ClusterRange> ranges, const Geometry& geometry)
{
    for (ClusterRange& range : ranges) {
        const std::uint64_t end = std::min<std::uint64_t>(
            std::uint64_t{range.first.value} + range.count, geometry.endCluster().value);
        range.first = std::max(range.first, Cluster{2});
        range.count =
            end > range.first.value ? static_cast<std::uint32_t>(end - range.first.value) : 0;
    }
    std::erase_if(ranges, [](const ClusterRange& range) { return range.count == 0; });
    std::ranges::sort(ranges, {}, &ClusterRange::first);
    std::vector<ClusterRange> joined;
    for (const ClusterRange& range : ranges) {
        if (joined.empty() || joined.back().end() < range.first)
            joined.push_back(range);
        else
            joined.back().count = std::max(joined.back().end(), range.end()) - joined.back().first;
    }
    return joined;
}

} // namespace

ClusterState worstState(StateBits bits) noexcept
{
    const unsigned states = bits & ~unsigned{findingBit};
    return static_cast<ClusterState>(states == 0 ? 0 : std::bit_width(states) - 1);
}

UsagePyramid::UsagePyramid(std::shared_ptr<const UsageMap> map, std::vector<ClusterRange> findings)
    : m_map(std::move(map)), m_findings(tidied(std::move(findings), m_map->geometry()))
{
    const std::uint32_t clusters = m_map->geometry().clusterCount;
    while (clusters >> m_tileShift >= maxTiles)
        ++m_tileShift;
    const std::size_t tiles = ((clusters - 1) >> m_tileShift) + 1;
    m_firstRunOfTile.resize(tiles);
    m_levels.emplace_back(tiles);
}

Result<std::shared_ptr<const UsagePyramid>> UsagePyramid::build(std::shared_ptr<const UsageMap> map,
                                                                std::vector<ClusterRange> findings,
                                                                const JobControl& job)
{
    std::shared_ptr<UsagePyramid> pyramid(new UsagePyramid(std::move(map), std::move(findings)));
    FATLAS_TRY(pyramid->sumRuns(job));
    pyramid->sumFindings();
    pyramid->sumTiles();
    return pyramid;
}

Result<> UsagePyramid::sumRuns(const JobControl& job)
{
    const auto& runs = m_map->runs();
    assert(runs.size() <= UINT32_MAX);
    m_countsBefore.reserve(runs.size() / runsPerSum + 1);
    std::array<std::uint32_t, clusterStateCount> counts{};
    std::size_t nextTile = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (i % checkEvery == 0) {
            FATLAS_TRY(job.checkpoint());
            job.report(i, runs.size());
        }
        if (i % runsPerSum == 0)
            m_countsBefore.push_back(counts);
        const UsageRun& run = runs[i];
        counts[static_cast<std::size_t>(run.state)] += run.count;
        const std::size_t first = (run.first.value - 2) >> m_tileShift;
        const std::size_t last = (run.end().value - 3) >> m_tileShift;
        for (; nextTile <= last; ++nextTile)
            m_firstRunOfTile[nextTile] = static_cast<std::uint32_t>(i);
        for (std::size_t tile = first; tile <= last; ++tile)
            m_levels[0][tile] |= stateBit(run.state);
    }
    return {};
}

void UsagePyramid::sumFindings()
{
    std::uint64_t sum = 0;
    for (const ClusterRange& range : m_findings) {
        m_findingsBefore.push_back(sum);
        sum += range.count;
        const std::size_t last = (range.end().value - 3) >> m_tileShift;
        for (std::size_t tile = (range.first.value - 2) >> m_tileShift; tile <= last; ++tile)
            m_levels[0][tile] |= findingBit;
    }
}

void UsagePyramid::sumTiles()
{
    while (m_levels.back().size() > 1) {
        const std::vector<StateBits>& below = m_levels.back();
        std::vector<StateBits> level((below.size() + fanOut - 1) / fanOut);
        for (std::size_t i = 0; i < below.size(); ++i)
            level[i / fanOut] |= below[i];
        m_levels.push_back(std::move(level));
    }
}

UsagePyramid::Span UsagePyramid::clip(ClusterRange range) const noexcept
{
    const std::uint64_t count = m_map->geometry().clusterCount;
    const std::uint64_t first = std::max(range.first.value, 2U) - 2U;
    const std::uint64_t past = std::uint64_t{range.first.value} + range.count;
    const std::uint64_t end = std::min(count, past < 2 ? 0 : past - 2);
    if (first >= end)
        return {};
    return {.first = static_cast<std::uint32_t>(first), .end = static_cast<std::uint32_t>(end)};
}

std::size_t UsagePyramid::runAt(std::uint32_t position) const
{
    const auto& runs = m_map->runs();
    const std::size_t tile = position >> m_tileShift;
    const auto from = runs.begin() + m_firstRunOfTile[tile];
    const auto to = tile + 1 < m_firstRunOfTile.size()
                        ? runs.begin() + m_firstRunOfTile[tile + 1] + 1
                        : runs.end();
    const auto after =
        std::upper_bound(from, to, position + 2, [](std::uint32_t cluster, const UsageRun& run) {
            return cluster < run.first.value;
        });
    return static_cast<std::size_t>(after - runs.begin()) - 1;
}

std::size_t UsagePyramid::runIndexOf(Cluster cluster) const
{
    assert(m_map->geometry().isData(cluster));
    return runAt(cluster.value - 2);
}

bool UsagePyramid::hasFinding(Span span) const
{
    const auto next =
        std::ranges::lower_bound(m_findings, Cluster{span.end + 2}, {}, &ClusterRange::first);
    return next != m_findings.begin() && std::prev(next)->end().value > span.first + 2;
}

/// `span` lies inside the tile.
StateBits UsagePyramid::bitsInTile(std::uint32_t tile, Span span) const
{
    const StateBits all = m_levels[0][tile];
    if (std::has_single_bit(all))
        return all;
    StateBits bits = 0;
    const auto& runs = m_map->runs();
    for (std::size_t i = runAt(span.first); i < runs.size() && runs[i].first.value - 2 < span.end;
         ++i)
        bits |= stateBit(runs[i].state);
    if ((all & findingBit) != 0 && hasFinding(span))
        bits |= findingBit;
    return bits;
}

StateBits UsagePyramid::bitsOfTiles(std::size_t first, std::size_t end) const
{
    StateBits bits = 0;
    for (const std::vector<StateBits>& level : m_levels) {
        while (first < end && first % fanOut != 0)
            bits |= level[first++];
        while (first < end && end % fanOut != 0)
            bits |= level[--end];
        if (first >= end)
            break;
        first /= fanOut;
        end /= fanOut;
    }
    return bits;
}

StateBits UsagePyramid::bitsOf(Span span) const
{
    if (span.first >= span.end)
        return 0;
    const std::uint32_t firstTile = span.first >> m_tileShift;
    const std::uint32_t lastTile = (span.end - 1) >> m_tileShift;
    if (firstTile == lastTile)
        return bitsInTile(firstTile, span);
    const std::uint32_t middle = (firstTile + 1) << m_tileShift;
    const std::uint32_t tail = lastTile << m_tileShift;
    StateBits bits = bitsInTile(firstTile, {.first = span.first, .end = middle});
    bits |= bitsOfTiles(firstTile + 1, lastTile);
    bits |= bitsInTile(lastTile, {.first = tail, .end = span.end});
    return bits;
}

StateBits UsagePyramid::statesIn(ClusterRange range) const
{
    return bitsOf(clip(range));
}

void UsagePyramid::fillCells(Cluster first, std::uint32_t clustersPerCell,
                             std::span<StateBits> out) const
{
    std::uint64_t at = first.value;
    for (StateBits& cell : out) {
        cell = at > UINT32_MAX ? StateBits{0}
                               : statesIn({.first = Cluster{static_cast<std::uint32_t>(at)},
                                           .count = clustersPerCell});
        at += clustersPerCell;
    }
}

StateCounts UsagePyramid::countsBefore(std::uint32_t position) const
{
    StateCounts counts{};
    if (position == 0)
        return counts;
    const auto& runs = m_map->runs();
    const std::size_t last = runAt(position - 1);
    const std::size_t sum = last / runsPerSum;
    for (std::size_t state = 0; state < counts.size(); ++state)
        counts[state] = m_countsBefore[sum][state];
    for (std::size_t i = sum * runsPerSum; i < last; ++i)
        counts[static_cast<std::size_t>(runs[i].state)] += runs[i].count;
    counts[static_cast<std::size_t>(runs[last].state)] += position - (runs[last].first.value - 2);
    return counts;
}

StateCounts UsagePyramid::countsIn(ClusterRange range) const
{
    const Span span = clip(range);
    StateCounts counts = countsBefore(span.end);
    const StateCounts before = countsBefore(span.first);
    for (std::size_t state = 0; state < counts.size(); ++state)
        counts[state] -= before[state];
    return counts;
}

std::uint64_t UsagePyramid::findingsBefore(std::uint32_t position) const
{
    const auto next =
        std::ranges::lower_bound(m_findings, Cluster{position + 2}, {}, &ClusterRange::first);
    if (next == m_findings.begin())
        return 0;
    const auto i = static_cast<std::size_t>(next - m_findings.begin()) - 1;
    return m_findingsBefore[i] +
           std::min(m_findings[i].count, position + 2 - m_findings[i].first.value);
}

std::uint64_t UsagePyramid::findingCountIn(ClusterRange range) const
{
    const Span span = clip(range);
    return findingsBefore(span.end) - findingsBefore(span.first);
}

} // namespace fatlas::fat
