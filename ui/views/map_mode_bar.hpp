/// Chooses what the colours of the cluster map mean, and in which order its cells lie.
///
/// A row of segments where there is room, else a button with a menu. Keys 1 to 6 choose a mode, L
/// the next order: they work wherever addKeysTo() put them.
///
/// Threads:  GUI thread.
/// Lifetime: map and colourist outlive it.
#pragma once

#include "ui/models/map_modes.hpp"
#include "ui/views/map_layout.hpp"

#include <QWidget>

#include <optional>
#include <vector>

class QAction;
class QToolButton;

namespace fatlas::ui {

class ClusterMapView;
class ElidedLabel;
class MapColourist;
class SegmentedControl;

class MapModeBar : public QWidget {
    Q_OBJECT

public:
    MapModeBar(ClusterMapView& map, MapColourist& colourist, QWidget* parent = nullptr);

    /// Keys and menu entries, for the part of the window that the map is in.
    void addKeysTo(QWidget& part);

    [[nodiscard]] MapOrder order() const noexcept { return m_order; }

    /// Tracks only where the volume is a floppy.
    void setOrder(MapOrder order);
    /// Why the cells cannot lie so; empty: they can.
    [[nodiscard]] QString problem(MapOrder order) const;

    [[nodiscard]] SegmentedControl* modes() const noexcept { return m_modes; }

    [[nodiscard]] QToolButton* orderButton() const noexcept { return m_orders; }

    [[nodiscard]] QSize minimumSizeHint() const override;

    /// For command lines and menus: "owner", "tracks".
    [[nodiscard]] static std::optional<MapMode> modeNamed(const QString& name);
    [[nodiscard]] static std::optional<MapOrder> orderNamed(const QString& name);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QAction* addMode(MapMode mode);
    void follow();
    void followMap();
    void showProgress();
    void nextOrder();
    void fit();
    [[nodiscard]] std::optional<TrackGrid> tracks() const;

    ClusterMapView& m_map;
    MapColourist& m_colourist;
    MapOrder m_order = MapOrder::Rows;
    ElidedLabel* m_progress;
    SegmentedControl* m_modes;
    QToolButton* m_compact; ///< in place of the segments where they have no room
    QToolButton* m_orders;
    std::vector<QAction*> m_modeActions;
    std::vector<bool> m_modeEnabled; ///< as the segments show it
    std::vector<QAction*> m_orderActions;
    QAction* m_nextOrder = nullptr;
};

} // namespace fatlas::ui
