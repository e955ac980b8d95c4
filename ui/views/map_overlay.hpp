/// What lies over the cells of a map: outlines of the selection and of the hovered chain, lines
/// from fragment to fragment, the cell cursor.
///
/// Units:   painters work in device pixels, the origin is the top left of the map's viewport.
/// Threads: GUI thread.
#pragma once

#include "ui/models/map_cells.hpp"
#include "ui/views/map_geometry.hpp"

#include <QColor>

#include <optional>
#include <span>
#include <vector>

class QPainter;

namespace fatlas::ui {

/// Runs of a chain and where they are.
struct MapSelection {
    std::vector<ClusterRange> chain; ///< in chain order
    std::vector<CellRange> places;   ///< the same cells by place, for finding the visible ones

    [[nodiscard]] static MapSelection make(const MapCells& cells,
                                           const std::vector<ClusterRange>& runs);
};

struct MapFrame {
    const MapGeometry& geometry;
    std::uint64_t scroll = 0;
};

struct OutlineStyle {
    QColor color;
    double width = 2;      ///< logical pixels
    bool separated = true; ///< lines between the cells, too
};

struct CursorStyle {
    QColor color;
    QColor halo;
};

void paintOutline(QPainter& painter, const MapFrame& frame, const MapSelection& selection,
                  const OutlineStyle& style);

/// Arrows between neighbouring runs of the chain. Of chains with very many fragments only those
/// next to `around` are drawn.
struct JumpStyle {
    const MapCells& cells;
    std::optional<Cluster> around;
    QColor color;
};

void paintJumps(QPainter& painter, const MapFrame& frame, const MapSelection& selection,
                const JumpStyle& style);
/// paintOutline() where slots are not in the order of the rows.
void paintRegion(QPainter& painter, const MapFrame& frame, std::span<const CellRange> places,
                 const OutlineStyle& style);
/// A rubber band around `band`, in device pixels.
void paintBand(QPainter& painter, const QRect& band, const QColor& color);
/// A ring with a halo around the cursor's slot.
void paintCursor(QPainter& painter, const MapFrame& frame, std::uint64_t cell,
                 const CursorStyle& style);

} // namespace fatlas::ui
