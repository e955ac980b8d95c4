/// How two volumes that are compared look: the cells of their maps by what is the same, and fields
/// that differ as rows.
///
/// Threads: colours: pure, for workers; rows: GUI thread.
#pragma once

#include "core/fat/diff/diff.hpp"
#include "core/fat/diff/diff_clusters.hpp"

#include "ui/models/keyed_rows_model.hpp"
#include "ui/models/map_modes.hpp"

#include <span>
#include <vector>

namespace fatlas::ui {

/// `cells`: of either volume; both have the same looks.
[[nodiscard]] SharedColouring colourComparison(const MapCells& cells,
                                               std::span<const fat::ClusterDiffRun> runs);

[[nodiscard]] std::vector<KeyedRowsModel::Column> fieldChangeColumns();
[[nodiscard]] std::vector<KeyedRow> fieldChangeRows(std::span<const fat::FieldChange> fields);

} // namespace fatlas::ui
