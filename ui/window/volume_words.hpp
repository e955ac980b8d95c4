/// What is under the mouse and what is selected on an open volume, in words and fields.
///
/// Threads: pure.
#pragma once

#include "ui/document/volume_document.hpp"
#include "ui/models/map_cells.hpp"

#include <QString>

#include <vector>

namespace fatlas::ui {

/// "Cluster 433: part 4 of 9 of /DOCS/A.TXT, next 700"
[[nodiscard]] QString describeCells(const VolumeContent& content, const MapCells& cells,
                                    CellRange range);

/// The same about one cluster, without its number in front: "Part 4 of 9 of /DOCS/A.TXT. ..."
[[nodiscard]] QString explainCluster(const VolumeContent& content, Cluster cluster);

/// "9 clusters, 4.5 KiB selected"; empty when nothing is.
[[nodiscard]] QString selectionText(const VolumeContent& content, const FocusTarget& target);

/// One line of the inspector.
struct FieldRow {
    QString name;
    QString value;
    bool monospace = false;
    QString toolTip = {};
};

/// `facts`: what the FATs themselves say; null while they are being looked up.
[[nodiscard]] std::vector<FieldRow> clusterRows(const VolumeContent& content, Cluster cluster,
                                                const ClusterFacts* facts);
[[nodiscard]] std::vector<FieldRow> nodeRows(const VolumeContent& content, std::uint32_t node);
[[nodiscard]] std::vector<FieldRow> volumeRows(const VolumeContent& content);

} // namespace fatlas::ui
