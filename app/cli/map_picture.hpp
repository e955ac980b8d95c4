/// A cluster map as cells: how many clusters each stands for, and what it shows.
///
/// Honest: of the clusters that share a cell the most important one is shown, findings above all.
///
/// Units:   clusters; pixels where named so.
/// Threads: plain values, pure functions.
#pragma once

#include "core/fat/usage_pyramid.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fatlas::cli {

enum class MapMode : std::uint8_t { State, Owner, Fragments, Findings };

/// What a cell looks like; the order of the legend.
enum class CellLook : std::uint8_t {
    Nothing, ///< no cluster
    Free,
    File,
    Directory,
    System,
    Lost,
    Bad,
    CrossLinked,
    RunStart, ///< a file or folder goes on here from somewhere else
    Used,     ///< allocated, in modes that do not say by what
    Finding,
    Owner0, ///< six colours for owners, neighbours told apart
    Owner1,
    Owner2,
    Owner3,
    Owner4,
    Owner5,
};

inline constexpr std::size_t cellLookCount = 17;

struct MapCell {
    CellLook look = CellLook::Nothing;
    bool isFirst = false; ///< of a file or folder; only where a cell is one cluster
    bool isLast = false;
};

/// Columns and rows of cells, `pitch` pixels each.
struct MapGrid {
    std::uint32_t columns = 1;
    std::uint32_t rows = 1;
    std::uint32_t pitch = 1;
    std::uint32_t width = 1; ///< of the picture in pixels; what the columns leave stays empty
    std::uint32_t clustersPerCell = 1;
};

/// The largest cells with which all clusters fit into `width` x about 5/8 `width` pixels; where
/// even 3 pixels do not, cells of 3 pixels stand for several clusters each.
[[nodiscard]] MapGrid gridForPixels(std::uint32_t clusterCount, std::uint32_t width);
/// One character a cell, at most `rows` rows.
[[nodiscard]] MapGrid gridForText(std::uint32_t clusterCount, std::uint32_t columns,
                                  std::uint32_t rows);

/// Makes the cells of a row at a time, so that no picture has to be held.
class MapPicture {
public:
    MapPicture(const fat::Tree& tree, const fat::UsagePyramid& pyramid, MapMode mode,
               const MapGrid& grid);

    [[nodiscard]] const MapGrid& grid() const noexcept { return m_grid; }

    [[nodiscard]] std::vector<MapCell> row(std::uint32_t index) const;

    /// Clusters of each look, over the whole volume, in the order of CellLook.
    [[nodiscard]] std::array<std::uint64_t, cellLookCount> legend() const;

private:
    [[nodiscard]] CellLook lookOf(fat::StateBits bits, ClusterRange cell) const;
    [[nodiscard]] CellLook ownerLook(ClusterRange cell) const;
    [[nodiscard]] bool hasRunStart(ClusterRange cell) const;
    void addNotches(MapCell& cell, Cluster cluster) const;

    const fat::Tree& m_tree;
    const fat::UsagePyramid& m_pyramid;
    MapMode m_mode;
    MapGrid m_grid;
    std::vector<std::uint8_t> m_ownerColours; ///< by node
};

[[nodiscard]] std::string_view nameOf(CellLook look) noexcept; ///< "cross-linked"
/// 0xRRGGBB
[[nodiscard]] std::uint32_t colourOf(CellLook look) noexcept;

} // namespace fatlas::cli
