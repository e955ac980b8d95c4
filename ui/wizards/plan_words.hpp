/// What lies under a range of cells of the disk as it will be, in one sentence.
///
/// Shape:   "Clusters 420–467: /BIN/EDIT.EXE, 24 KiB, one fragment".
/// Threads: pure.
#pragma once

#include "core/folder_disk/plan.hpp"

#include "ui/models/map_cells.hpp"

#include <QString>

namespace fatlas::ui {

[[nodiscard]] QString describeCells(const folder_disk::Plan& plan, const MapCells& cells,
                                    CellRange range);

/// "Sectors before cluster 2: FAT 1 and FAT 2"; for cells of the system area of any volume.
[[nodiscard]] QString describeSystemCells(const fat::Geometry& geometry, const MapCells& cells,
                                          CellRange range);

/// "Cluster 7", "Clusters 420–467".
[[nodiscard]] QString clustersText(ClusterRange range);

} // namespace fatlas::ui
