/// One chip for each state in the map, with count and share; a click filters the map.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/chip.hpp"
#include "ui/models/map_cells.hpp"

#include <QPointer>

#include <array>
#include <memory>

namespace fatlas::ui {

class ClusterMapView;

class MapLegend : public ChipRow {
    Q_OBJECT

public:
    explicit MapLegend(QWidget* parent = nullptr);

    /// Follows the cells of this map and filters it.
    void setMap(ClusterMapView* map);

Q_SIGNALS:
    void filterChanged(fatlas::ui::StateMask states);

private:
    void refresh();
    void toggle(fat::ClusterState state);
    void showFilter();

    QPointer<ClusterMapView> m_map;
    std::shared_ptr<const MapCells> m_shown;
    std::array<Chip*, fat::clusterStateCount> m_byState{};
    StateMask m_filter = 0;
};

} // namespace fatlas::ui
