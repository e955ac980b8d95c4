/// One chip for each state in the map, or for what the map's colouring has in place of states, with
/// count and share; a click filters the map.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/chip.hpp"
#include "ui/models/cell_space.hpp"
#include "ui/models/map_colouring.hpp"

#include <QPointer>

#include <memory>
#include <vector>

namespace fatlas::ui {

class CellMapView;
struct LegendLine;

class MapLegend : public ChipRow {
    Q_OBJECT

public:
    /// What a state of cells is called here.
    struct Entry {
        fat::ClusterState state = fat::ClusterState::Free;
        QString name;
        QString meaning;
        bool isAlwaysShown = false; ///< also when there is no such cell
    };

    /// Of clusters.
    explicit MapLegend(QWidget* parent = nullptr);

    /// Of other cells.
    void setEntries(const std::vector<Entry>& entries);

    /// Follows the cells of this map and filters it.
    void setMap(CellMapView* map);

    /// What is shown, for a picture.
    [[nodiscard]] std::vector<LegendLine> lines() const;

Q_SIGNALS:
    void filterChanged(fatlas::ui::StateMask states);

private:
    void refresh();
    void makeChips(std::vector<LegendEntry> entries);
    void countCells();
    [[nodiscard]] std::uint64_t countOf(StateMask looks) const;
    void toggle(StateMask looks);
    void showFilter();

    QPointer<CellMapView> m_map;
    std::shared_ptr<const CellSpace> m_shown;
    std::shared_ptr<const MapColouring> m_colouring;
    std::vector<LegendEntry> m_states;  ///< where there is no colouring
    std::vector<LegendEntry> m_entries; ///< as shown
    std::vector<Chip*> m_chips;         ///< of m_entries
    StateMask m_filter = 0;
};

} // namespace fatlas::ui
