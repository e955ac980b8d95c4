/// States of clusters in words and colours, the same everywhere.
///
/// Threads: any.
#pragma once

#include "core/fat/usage_map.hpp"

#include "ui/base/theme.hpp"
#include "ui/models/map_cells.hpp"
#include "ui/models/map_colouring.hpp"

#include <QString>

#include <array>
#include <vector>

namespace fatlas::ui {

/// The order of the legend.
inline constexpr std::array<fat::ClusterState, fat::clusterStateCount> legendOrder{
    fat::ClusterState::System,     fat::ClusterState::File, fat::ClusterState::Directory,
    fat::ClusterState::Free,       fat::ClusterState::Bad,  fat::ClusterState::Lost,
    fat::ClusterState::CrossLinked};

[[nodiscard]] Token tokenOf(fat::ClusterState state);
/// What tells it apart without its colour.
[[nodiscard]] CellMark markOf(fat::ClusterState state);
/// Of every state, by its number: how cells look where no colouring says otherwise.
[[nodiscard]] const std::vector<MapLook>& stateLooks();
/// "Reserved", "File" ...
[[nodiscard]] QString nameOf(fat::ClusterState state);
/// What it means, for tooltips: "belongs to a file".
[[nodiscard]] QString meaningOf(fat::ClusterState state);
/// "Cluster 433: file, part 4 of 9", "Clusters 400 – 533: file, free", "Reserved: ...".
[[nodiscard]] QString describeCells(const MapCells& cells, CellRange range);

} // namespace fatlas::ui
