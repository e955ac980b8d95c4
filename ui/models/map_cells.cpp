#include "ui/models/map_cells.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace fatlas::ui {

namespace {

/// Runs whose states are summed up together, so that a slot of millions of runs stays cheap.
constexpr std::size_t blockSize = 64;

constexpr std::uint64_t minSystemCells = 64;
constexpr std::uint64_t systemShare = 16;

std::uint64_t systemCellsOf(const fat::Geometry& geometry)
{
    const std::uint64_t size = std::max(geometry.clusterSize(), 1U);
    const std::uint64_t wanted = (geometry.dataOffset() + size - 1) / size;
    return std::min(wanted, std::max(minSystemCells, geometry.clusterCount / systemShare));
}

} // namespace

std::shared_ptr<const MapCells> MapCells::make(std::shared_ptr<const fat::UsageMap> map)
{
    assert(map);
    return std::shared_ptr<const MapCells>(new MapCells(std::move(map)));
}

MapCells::MapCells(std::shared_ptr<const fat::UsageMap> map)
    : m_map(std::move(map)), m_systemCells(systemCellsOf(m_map->geometry()))
{
    indexOwners();
    indexBlocks();
}

void MapCells::indexOwners()
{
    const auto& runs = m_map->runs();
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (runs[i].owner != fat::noOwner)
            m_ownerRuns.push_back(static_cast<std::uint32_t>(i));
    const auto key = [&runs](std::uint32_t i) {
        return std::uint64_t{runs[i].owner} << 32 | runs[i].part;
    };
    // The runs of a fresh disk are in this order already.
    if (!std::ranges::is_sorted(m_ownerRuns, {}, key))
        std::ranges::sort(m_ownerRuns, {}, key);
    m_endsChain.assign(runs.size(), false);
    for (std::size_t i = 0; i < m_ownerRuns.size(); ++i)
        if (i + 1 == m_ownerRuns.size() ||
            runs[m_ownerRuns[i]].owner != runs[m_ownerRuns[i + 1]].owner)
            m_endsChain[m_ownerRuns[i]] = true;
}

void MapCells::indexBlocks()
{
    const auto& runs = m_map->runs();
    m_blockStates.assign((runs.size() + blockSize - 1) / blockSize, 0);
    for (std::size_t i = 0; i < runs.size(); ++i)
        m_blockStates[i / blockSize] |= maskOf(runs[i].state);
}

std::optional<Cluster> MapCells::clusterOfCell(std::uint64_t cell) const
{
    if (cell < m_systemCells || cell >= cellCount())
        return std::nullopt;
    return clusterAt(cell);
}

std::optional<std::uint64_t> MapCells::cellOfCluster(Cluster cluster) const
{
    if (!m_map->geometry().isData(cluster))
        return std::nullopt;
    return m_systemCells + cluster.value - 2;
}

CellRange MapCells::cellsOfRun(ClusterRange run) const
{
    const std::uint64_t end = m_map->geometry().endCluster().value;
    const std::uint64_t first = std::clamp<std::uint64_t>(run.first.value, 2, end);
    const std::uint64_t last =
        std::clamp<std::uint64_t>(std::uint64_t{run.first.value} + run.count, first, end);
    return {m_systemCells + first - 2, last - first};
}

/// Of a cell that is a cluster.
Cluster MapCells::clusterAt(std::uint64_t cell) const
{
    assert(cell >= m_systemCells && cell < cellCount());
    return Cluster{static_cast<std::uint32_t>(cell - m_systemCells + 2)};
}

std::uint64_t MapCells::firstCellOf(const fat::UsageRun& run) const
{
    return m_systemCells + run.first.value - 2;
}

std::size_t MapCells::runIndexOf(Cluster cluster) const
{
    const auto& runs = m_map->runs();
    const auto after = std::ranges::upper_bound(runs, cluster, {}, &fat::UsageRun::first);
    assert(after != runs.begin());
    return static_cast<std::size_t>(after - runs.begin()) - 1;
}

const fat::UsageRun* MapCells::runOfCell(std::uint64_t cell) const
{
    const auto cluster = clusterOfCell(cell);
    return cluster ? &m_map->runs()[runIndexOf(*cluster)] : nullptr;
}

fat::ClusterState MapCells::stateOfCell(std::uint64_t cell) const
{
    const fat::UsageRun* run = runOfCell(cell);
    return run ? run->state : fat::ClusterState::System;
}

StateMask MapCells::statesInRuns(std::size_t first, std::size_t last) const
{
    const auto& runs = m_map->runs();
    StateMask mask = 0;
    for (std::size_t i = first; i < last;) {
        if (i % blockSize == 0 && last - i >= blockSize) {
            mask |= m_blockStates[i / blockSize];
            i += blockSize;
        } else {
            mask |= maskOf(runs[i++].state);
        }
    }
    return mask;
}

StateMask MapCells::statesInCells(CellRange cells) const
{
    const std::uint64_t end = std::min(cells.end(), cellCount());
    StateMask mask = 0;
    if (cells.first >= end)
        return mask;
    if (cells.first < m_systemCells)
        mask |= maskOf(fat::ClusterState::System);
    if (end > m_systemCells) {
        const std::uint64_t first = std::max(cells.first, m_systemCells);
        mask |= statesInRuns(runIndexOf(clusterAt(first)), runIndexOf(clusterAt(end - 1)) + 1);
    }
    return mask;
}

void MapCells::fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot,
                         std::span<StateMask> out) const
{
    const auto& runs = m_map->runs();
    const std::uint64_t end = cellCount();
    std::ranges::fill(out, StateMask{0});
    std::size_t slot = 0;
    std::uint64_t cell = first;
    const auto past = [&] { return slot == out.size() || cell >= end; };

    for (; !past() && cell < m_systemCells; ++slot, cell += cellsPerSlot)
        out[slot] = statesInCells({cell, cellsPerSlot});
    if (past())
        return;
    std::size_t run = runIndexOf(clusterAt(cell));
    while (!past()) {
        const std::uint64_t runEnd = firstCellOf(runs[run]) + runs[run].count;
        if (runEnd <= cell) {
            ++run;
        } else if (runEnd >= std::min(cell + cellsPerSlot, end)) {
            const std::uint64_t whole = runEnd >= end
                                            ? (end - cell + cellsPerSlot - 1) / cellsPerSlot
                                            : (runEnd - cell) / cellsPerSlot;
            const std::uint64_t fits = std::min<std::uint64_t>(whole, out.size() - slot);
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(slot), fits,
                        maskOf(runs[run].state));
            slot += fits;
            cell += fits * cellsPerSlot;
        } else {
            const std::uint64_t last = std::min(cell + cellsPerSlot, end) - 1;
            const std::size_t lastRun = runIndexOf(clusterAt(last));
            out[slot++] = statesInRuns(run, lastRun + 1);
            cell += cellsPerSlot;
            run = lastRun;
        }
    }
}

bool MapCells::isFirst(std::uint64_t cell) const
{
    const fat::UsageRun* run = runOfCell(cell);
    return run && run->owner != fat::noOwner && run->part == 0 && clusterOfCell(cell) == run->first;
}

bool MapCells::isLast(std::uint64_t cell) const
{
    const fat::UsageRun* run = runOfCell(cell);
    if (!run || clusterOfCell(cell) != run->end() - 1)
        return false;
    return endsChain(*run);
}

bool MapCells::endsChain(const fat::UsageRun& run) const
{
    return m_endsChain[static_cast<std::size_t>(&run - m_map->runs().data())];
}

std::span<const fat::UsageRun> MapCells::runsIn(CellRange cells) const
{
    const std::uint64_t first = std::max(cells.first, m_systemCells);
    const std::uint64_t end = std::min(cells.end(), cellCount());
    if (first >= end)
        return {};
    const std::size_t from = runIndexOf(clusterAt(first));
    const std::size_t to = runIndexOf(clusterAt(end - 1)) + 1;
    return std::span(m_map->runs()).subspan(from, to - from);
}

std::optional<std::uint64_t> MapCells::findState(CellRange cells, fat::ClusterState state) const
{
    if (state == fat::ClusterState::System && cells.first < m_systemCells)
        return cells.first;
    for (const fat::UsageRun& run : runsIn(cells))
        if (run.state == state)
            return std::max(cells.first, firstCellOf(run));
    return std::nullopt;
}

std::optional<std::uint64_t> MapCells::numberOf(std::uint64_t cell) const
{
    const auto cluster = clusterOfCell(cell);
    return cluster ? std::optional<std::uint64_t>(cluster->value) : std::nullopt;
}

std::uint64_t MapCells::largestNumber() const
{
    return m_map->geometry().endCluster().value - 1;
}

CellSpace::Ends MapCells::endsIn(CellRange cells) const
{
    Ends ends;
    for (const fat::UsageRun& run : runsIn(cells)) {
        if (run.owner == fat::noOwner)
            continue;
        const CellRange range = cellsOfRun({run.first, run.count});
        if (run.part == 0 && cells.contains(range.first))
            ends.firsts.push_back(range.first);
        if (endsChain(run) && cells.contains(range.end() - 1))
            ends.lasts.push_back(range.end() - 1);
    }
    return ends;
}

std::span<const std::uint32_t> MapCells::runIndicesOfOwner(std::uint32_t owner) const
{
    const auto& runs = m_map->runs();
    const auto ownerOf = [&runs](std::uint32_t i) { return runs[i].owner; };
    const auto found = std::ranges::equal_range(m_ownerRuns, owner, {}, ownerOf);
    return {found.begin(), found.end()};
}

std::vector<ClusterRange> MapCells::runsOfOwner(std::uint32_t owner) const
{
    std::vector<ClusterRange> result;
    for (const std::uint32_t i : runIndicesOfOwner(owner)) {
        const fat::UsageRun& run = m_map->runs()[i];
        // States change inside one fragment (cross-linked parts); it stays one fragment.
        if (!result.empty() && result.back().end() == run.first)
            result.back().count += run.count;
        else
            result.push_back({run.first, run.count});
    }
    return result;
}

std::uint32_t MapCells::clusterCountOfOwner(std::uint32_t owner) const
{
    const auto indices = runIndicesOfOwner(owner);
    return std::accumulate(
        indices.begin(), indices.end(), 0U,
        [this](std::uint32_t sum, std::uint32_t i) { return sum + m_map->runs()[i].count; });
}

std::uint64_t MapCells::count(fat::ClusterState state) const
{
    return m_map->count(state) + (state == fat::ClusterState::System ? m_systemCells : 0);
}

} // namespace fatlas::ui
