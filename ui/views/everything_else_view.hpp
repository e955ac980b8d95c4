/// What is not in the file tree: reserved, free, bad, lost and cross-linked clusters, with counts,
/// so that every cluster has a home and the sum balances. A click shows only these on the map,
/// which goes back to states for it.
///
/// Threads: GUI thread.
#pragma once

#include "ui/models/map_cells.hpp"

#include <QPointer>
#include <QWidget>

#include <array>
#include <memory>
#include <optional>

class QVBoxLayout;

namespace fatlas::ui {

class ClusterMapView;
class ElidedLabel;
class EverythingElseRow;
class ThemedLabel;

class EverythingElseView : public QWidget {
    Q_OBJECT

public:
    explicit EverythingElseView(QWidget* parent = nullptr);

    void setMap(ClusterMapView* map);
    /// Deleted files and folders that are still there; nothing: not looked for.
    void setDeletedCount(std::optional<std::uint64_t> count);

    /// "2,847 of 2,847 clusters"
    [[nodiscard]] QString sumText() const;
    /// Null when the volume has none of them.
    [[nodiscard]] QWidget* row(fat::ClusterState state) const;

private:
    void refresh();
    void showCounts(const MapCells& cells);
    void toggle(fat::ClusterState state);

    QPointer<ClusterMapView> m_map;
    std::shared_ptr<const MapCells> m_shown;
    std::array<EverythingElseRow*, fat::clusterStateCount> m_rows{}; ///< null for what has none
    EverythingElseRow* m_deleted;
    ElidedLabel* m_sum;
};

} // namespace fatlas::ui
