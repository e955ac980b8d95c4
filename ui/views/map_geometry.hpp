/// Where the cells of a map lie on the screen. Pure arithmetic, no widget.
///
/// A slot is one painted square. It stands for one cell, or for `cellsPerSlot` cells when there
/// are more of them than pixels. Slots fill rows from left to right, top to bottom.
///
/// Units:      device pixels throughout; scroll offsets are device pixels from the top of the whole
///             map, 64-bit. Callers divide by the device pixel ratio for painting and events.
/// Invariants: pitch() >= 1, columns() >= 1 even in an empty viewport; a slot is whole pixels.
/// Threads:    plain value.
#pragma once

#include "ui/models/map_cells.hpp"

#include <QPoint>
#include <QPointF>
#include <QRect>
#include <QSize>

#include <cstdint>
#include <optional>

namespace fatlas::ui {

/// Chosen size of cells: all visible, or a cell size in logical pixels.
struct MapZoom {
    bool allVisible = true;
    int cellPixels = 0; ///< logical, 1 ... maxZoomPixels, when not allVisible

    bool operator==(const MapZoom&) const = default;
};

inline constexpr int maxFillPixels = 24; ///< logical: cells grow no further by themselves
inline constexpr int maxZoomPixels = 48; ///< logical: as far as zooming goes
inline constexpr int minGlyphPixels = 7;
inline constexpr int minNumberPixels = 20;

class MapGeometry {
public:
    MapGeometry() = default;
    /// `viewport` in device pixels.
    MapGeometry(QSize viewport, double devicePixelRatio, std::uint64_t cellCount, MapZoom zoom);

    [[nodiscard]] int pitch() const noexcept { return m_pitch; } ///< slot and the gap after it

    [[nodiscard]] int gap() const noexcept; ///< 0 for plain cells, 1 or 2 logical pixels above

    [[nodiscard]] int columns() const noexcept { return m_columns; }

    [[nodiscard]] std::uint64_t rows() const noexcept { return m_rows; }

    [[nodiscard]] std::uint64_t cellsPerSlot() const noexcept { return m_cellsPerSlot; }

    [[nodiscard]] std::uint64_t slotCount() const noexcept { return m_slots; }

    [[nodiscard]] double devicePixelRatio() const noexcept { return m_ratio; }

    [[nodiscard]] QSize viewport() const noexcept { return m_viewport; }

    /// Cell size in logical pixels, below 1 when cells share a slot.
    [[nodiscard]] double logicalCellSize() const;

    [[nodiscard]] std::uint64_t contentHeight() const { return m_rows * unsigned(m_pitch); }

    [[nodiscard]] std::uint64_t maxScroll() const;
    /// First row that is at least partly visible, and how many.
    [[nodiscard]] std::uint64_t firstRow(std::uint64_t scroll) const;
    [[nodiscard]] int visibleRows(std::uint64_t scroll) const;
    /// The cells on screen.
    [[nodiscard]] CellRange visibleCells(std::uint64_t scroll) const;

    [[nodiscard]] std::uint64_t slotOfCell(std::uint64_t cell) const
    {
        return cell / m_cellsPerSlot;
    }

    /// The cells of a slot, cut at the last cell.
    [[nodiscard]] CellRange cellsOfSlot(std::uint64_t slot) const;
    /// Where a slot is painted, without its gap; may lie outside the viewport. Nothing when it is
    /// too far away for QRect.
    [[nodiscard]] std::optional<QRect> rectOfSlot(std::uint64_t slot, std::uint64_t scroll) const;
    /// The middle of a slot, wherever it is.
    [[nodiscard]] QPointF centerOfSlot(std::uint64_t slot, std::uint64_t scroll) const;
    /// The slot whose square or gap holds `point`.
    [[nodiscard]] std::optional<std::uint64_t> slotAt(QPoint point, std::uint64_t scroll) const;
    /// The nearest scroll offset that shows a slot whole.
    [[nodiscard]] std::uint64_t scrollToShow(std::uint64_t slot, std::uint64_t scroll) const;
    /// The scroll offset that puts a slot in the middle.
    [[nodiscard]] std::uint64_t scrollToCenter(std::uint64_t slot) const;

    bool operator==(const MapGeometry&) const = default;

private:
    void fitAll();
    void layOut(int pitch, std::uint64_t cellsPerSlot);

    QSize m_viewport;
    double m_ratio = 1.0;
    std::uint64_t m_cells = 0;
    std::uint64_t m_slots = 0;
    std::uint64_t m_cellsPerSlot = 1;
    std::uint64_t m_rows = 0;
    int m_pitch = 1;
    int m_columns = 1;
};

} // namespace fatlas::ui
