#include "app/cli/map_picture.hpp"

#include "core/fat/usage_looks.hpp"

#include <algorithm>

namespace fatlas::cli {

namespace {

using fat::ClusterState;

constexpr std::uint32_t maxPitch = 24;
constexpr std::uint32_t crowdedPitch = 3; ///< where a cell is several clusters

std::uint32_t divideUp(std::uint64_t value, std::uint64_t divisor)
{
    return static_cast<std::uint32_t>((value + divisor - 1) / divisor);
}

CellLook lookOfState(ClusterState state)
{
    switch (state) {
    case ClusterState::Free: return CellLook::Free;
    case ClusterState::File: return CellLook::File;
    case ClusterState::Directory: return CellLook::Directory;
    case ClusterState::System: return CellLook::System;
    case ClusterState::Lost: return CellLook::Lost;
    case ClusterState::Bad: return CellLook::Bad;
    case ClusterState::CrossLinked: return CellLook::CrossLinked;
    }
    return CellLook::Free;
}

} // namespace

MapGrid gridForPixels(std::uint32_t clusterCount, std::uint32_t width)
{
    const std::uint64_t height = std::max<std::uint64_t>(1, std::uint64_t{width} * 5 / 8);
    MapGrid grid;
    grid.width = std::max(1U, width);
    for (std::uint32_t pitch = std::min(maxPitch, grid.width); pitch >= 1; --pitch) {
        grid.pitch = pitch;
        grid.columns = grid.width / pitch;
        const std::uint64_t rows = std::max<std::uint64_t>(1, height / pitch);
        grid.clustersPerCell = divideUp(clusterCount, grid.columns * rows);
        if (grid.clustersPerCell <= 1 || pitch <= crowdedPitch)
            break;
    }
    grid.clustersPerCell = std::max(1U, grid.clustersPerCell);
    grid.rows = divideUp(divideUp(clusterCount, grid.clustersPerCell), grid.columns);
    return grid;
}

MapGrid gridForText(std::uint32_t clusterCount, std::uint32_t columns, std::uint32_t rows)
{
    MapGrid grid;
    grid.columns = std::max(1U, columns);
    grid.clustersPerCell =
        std::max(1U, divideUp(clusterCount, std::uint64_t{grid.columns} * std::max(1U, rows)));
    grid.rows = divideUp(divideUp(clusterCount, grid.clustersPerCell), grid.columns);
    return grid;
}

MapPicture::MapPicture(const fat::Tree& tree, const fat::UsagePyramid& pyramid, MapMode mode,
                       const MapGrid& grid)
    : m_tree(tree), m_pyramid(pyramid), m_mode(mode), m_grid(grid)
{
    if (mode == MapMode::Owner)
        m_ownerColours = fat::ownerColours(tree, *pyramid.map());
}

std::vector<MapCell> MapPicture::row(std::uint32_t index) const
{
    const fat::Geometry& geometry = m_pyramid.map()->geometry();
    std::vector<MapCell> cells(m_grid.columns);
    for (std::uint32_t column = 0; column < m_grid.columns; ++column) {
        const std::uint64_t first =
            (std::uint64_t{index} * m_grid.columns + column) * m_grid.clustersPerCell + 2;
        if (first >= geometry.endCluster().value)
            break;
        const auto count = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(m_grid.clustersPerCell, geometry.endCluster().value - first));
        const ClusterRange range{.first = Cluster{static_cast<std::uint32_t>(first)},
                                 .count = count};
        cells[column].look = lookOf(m_pyramid.statesIn(range), range);
        if (m_grid.clustersPerCell == 1)
            addNotches(cells[column], range.first);
    }
    return cells;
}

CellLook MapPicture::lookOf(fat::StateBits bits, ClusterRange cell) const
{
    const ClusterState worst = fat::worstState(bits);
    const bool isOwned = worst == ClusterState::File || worst == ClusterState::Directory;
    switch (m_mode) {
    case MapMode::State: break;
    case MapMode::Findings:
        if ((bits & fat::findingBit) != 0)
            return CellLook::Finding;
        return worst == ClusterState::Free ? CellLook::Free : CellLook::Used;
    case MapMode::Fragments:
        if (isOwned)
            return hasRunStart(cell) ? CellLook::RunStart : CellLook::Used;
        break;
    case MapMode::Owner:
        if (isOwned)
            return ownerLook(cell);
        break;
    }
    return lookOfState(worst);
}

/// Of several owners in a cell the first one.
CellLook MapPicture::ownerLook(ClusterRange cell) const
{
    const auto& runs = m_pyramid.map()->runs();
    for (std::size_t i = m_pyramid.runIndexOf(cell.first);
         i < runs.size() && runs[i].first < cell.end(); ++i)
        if (runs[i].owner != fat::noOwner)
            return static_cast<CellLook>(static_cast<unsigned>(CellLook::Owner0) +
                                         m_ownerColours[runs[i].owner]);
    return CellLook::Free;
}

bool MapPicture::hasRunStart(ClusterRange cell) const
{
    const fat::UsageMap& map = *m_pyramid.map();
    const auto& runs = map.runs();
    for (std::size_t i = m_pyramid.runIndexOf(cell.first);
         i < runs.size() && runs[i].first < cell.end(); ++i)
        if (runs[i].first >= cell.first && fat::isFragmentStart(map, i))
            return true;
    return false;
}

void MapPicture::addNotches(MapCell& cell, Cluster cluster) const
{
    const fat::UsageRun& run = m_pyramid.map()->runs()[m_pyramid.runIndexOf(cluster)];
    if (run.owner == fat::noOwner)
        return;
    const std::uint64_t part = std::uint64_t{run.part} + (cluster - run.first);
    cell.isFirst = part == 0;
    cell.isLast = part + 1 == m_tree.nodes[run.owner].clusterCount;
}

std::array<std::uint64_t, cellLookCount> MapPicture::legend() const
{
    std::array<std::uint64_t, cellLookCount> counts{};
    const auto add = [&counts](CellLook look, std::uint64_t clusters) {
        counts[static_cast<std::size_t>(look)] += clusters;
    };
    const fat::UsageMap& map = *m_pyramid.map();
    const bool mergesOwned = m_mode == MapMode::Fragments || m_mode == MapMode::Owner;
    for (std::size_t i = 0; i < map.runs().size(); ++i) {
        const fat::UsageRun& run = map.runs()[i];
        const ClusterRange range{.first = run.first, .count = run.count};
        const bool isOwned =
            run.state == ClusterState::File || run.state == ClusterState::Directory;
        if (m_mode == MapMode::Findings) {
            const std::uint64_t found = m_pyramid.findingCountIn(range);
            add(CellLook::Finding, found);
            add(run.state == ClusterState::Free ? CellLook::Free : CellLook::Used,
                run.count - found);
        } else if (mergesOwned && isOwned) {
            const bool starts = m_mode == MapMode::Fragments && fat::isFragmentStart(map, i);
            add(CellLook::RunStart, starts ? 1 : 0);
            add(CellLook::Used, run.count - (starts ? 1U : 0U));
        } else {
            add(lookOfState(run.state), run.count);
        }
    }
    return counts;
}

std::string_view nameOf(CellLook look) noexcept
{
    switch (look) {
    case CellLook::Nothing: return "nothing";
    case CellLook::Free: return "free";
    case CellLook::File: return "file";
    case CellLook::Directory: return "folder";
    case CellLook::System: return "system";
    case CellLook::Lost: return "lost";
    case CellLook::Bad: return "bad";
    case CellLook::CrossLinked: return "cross-linked";
    case CellLook::RunStart: return "fragment begins";
    case CellLook::Used: return "used";
    case CellLook::Finding: return "finding";
    default: return "owner";
    }
}

std::uint32_t colourOf(CellLook look) noexcept
{
    switch (look) {
    case CellLook::Nothing: return 0xFFFFFF;
    case CellLook::Free: return 0xE9EDF1;
    case CellLook::File: return 0x1F98FF;
    case CellLook::Directory: return 0xF0B803;
    case CellLook::System: return 0x8C8784;
    case CellLook::Lost: return 0xC72610;
    case CellLook::Bad: return 0x1F2328;
    case CellLook::CrossLinked: return 0x7D1D99;
    case CellLook::RunStart: return 0x386060;
    case CellLook::Used: return 0xA9CDEE;
    case CellLook::Finding: return 0xC72610;
    case CellLook::Owner0: return 0x1F98FF;
    case CellLook::Owner1: return 0xF8B060;
    case CellLook::Owner2: return 0x386060;
    case CellLook::Owner3: return 0x10D8F8;
    case CellLook::Owner4: return 0xB0D8B0;
    case CellLook::Owner5: return 0xB08860;
    }
    return 0xFFFFFF;
}

} // namespace fatlas::cli
