/// Where the cells of a map lie on the screen. Pure arithmetic, no widget.
///
/// A slot is one painted square. It stands for one cell, or for `cellsPerSlot` cells when there
/// are more of them than pixels. In which order slots fill the grid is for MapLayout to say; with
/// the tracks of a floppy a slot is a sector, and a cell may have several.
///
/// Units:      device pixels throughout; scroll offsets are device pixels from the top of the whole
///             map, 64-bit. Callers divide by the device pixel ratio for painting and events.
/// Invariants: pitch() >= 1, columns() >= 1 even in an empty viewport; a slot is whole pixels.
/// Threads:    plain value.
#pragma once

#include "ui/models/map_cells.hpp"
#include "ui/views/map_layout.hpp"

#include <QPoint>
#include <QPointF>
#include <QRect>
#include <QSize>

#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::ui {

/// Chosen size of cells: all visible, or a cell size in logical pixels.
struct MapZoom {
    bool allVisible = true;
    int cellPixels = 0; ///< logical, 1 ... maxZoomPixels, when not allVisible

    bool operator==(const MapZoom&) const = default;
};

/// What there is to lay out.
struct MapContents {
    MapContents(std::uint64_t cells) : cellCount(cells) {}

    MapContents(std::uint64_t cells, MapOrder wished, const std::optional<TrackGrid>& floppy = {})
        : cellCount(cells), order(wished == MapOrder::Tracks && !floppy ? MapOrder::Rows : wished),
          tracks(floppy)
    {}

    std::uint64_t cellCount = 0;
    MapOrder order = MapOrder::Rows;
    std::optional<TrackGrid> tracks; ///< with Tracks
};

inline constexpr int maxFillPixels = 24; ///< logical: cells grow no further by themselves
inline constexpr int maxZoomPixels = 48; ///< logical: as far as zooming goes
inline constexpr int minGlyphPixels = 7;
inline constexpr int minNumberPixels = 20;

class MapGeometry {
public:
    MapGeometry() = default;
    /// `viewport` in device pixels.
    MapGeometry(QSize viewport, double devicePixelRatio, const MapContents& contents, MapZoom zoom);

    [[nodiscard]] const MapLayout& layout() const noexcept { return m_layout; }

    [[nodiscard]] MapOrder order() const noexcept { return m_layout.order(); }

    [[nodiscard]] int pitch() const noexcept { return m_pitch; } ///< slot and the gap after it

    [[nodiscard]] int gap() const noexcept; ///< 0 for plain cells, 1 or 2 logical pixels above

    [[nodiscard]] int columns() const noexcept { return m_columns; }

    [[nodiscard]] std::uint64_t rows() const noexcept { return m_layout.rows(); }

    [[nodiscard]] std::uint64_t cellsPerSlot() const noexcept { return m_cellsPerSlot; }

    [[nodiscard]] std::uint64_t slotCount() const noexcept { return m_slots; }

    [[nodiscard]] double devicePixelRatio() const noexcept { return m_ratio; }

    [[nodiscard]] QSize viewport() const noexcept { return m_viewport; }

    /// Cell size in logical pixels, below 1 when cells share a slot.
    [[nodiscard]] double logicalCellSize() const;

    [[nodiscard]] std::uint64_t contentHeight() const { return rows() * unsigned(m_pitch); }

    [[nodiscard]] std::uint64_t maxScroll() const;
    /// First row that is at least partly visible, and how many.
    [[nodiscard]] std::uint64_t firstRow(std::uint64_t scroll) const;
    [[nodiscard]] int visibleRows(std::uint64_t scroll) const;
    /// The cells on screen; where the layout jumps, some between them that are not.
    [[nodiscard]] CellRange visibleCells(std::uint64_t scroll) const;
    /// No slot.
    static constexpr std::uint32_t noSlot = MapLayout::noSlot;
    /// What the visible rows hold, position by position; noSlot where nothing is.
    [[nodiscard]] std::vector<std::uint32_t> visibleSlots(std::uint64_t scroll) const;
    /// Where in visibleSlots() a slot stands; nothing when it is not on screen.
    [[nodiscard]] std::optional<std::size_t> visibleIndexOf(std::uint64_t slot,
                                                            std::uint64_t scroll) const;

    /// The first slot of a cell.
    [[nodiscard]] std::uint64_t slotOfCell(std::uint64_t cell) const;
    /// One past the last slot of a range that is not empty.
    [[nodiscard]] std::uint64_t slotEndOf(CellRange cells) const;
    /// The cells of a slot, cut at the last cell.
    [[nodiscard]] CellRange cellsOfSlot(std::uint64_t slot) const;
    /// The slot so many places further on the grid; nothing outside.
    [[nodiscard]] std::optional<std::uint64_t> slotBeside(std::uint64_t slot,
                                                          std::int64_t places) const;
    /// The cells whose squares touch `rect`, in order, neighbours joined.
    [[nodiscard]] std::vector<CellRange> cellsIn(const QRect& rect, std::uint64_t scroll) const;
    /// Where a slot is painted, without its gap; may lie outside the viewport. Nothing when it is
    /// too far away for QRect.
    [[nodiscard]] std::optional<QRect> rectOfSlot(std::uint64_t slot, std::uint64_t scroll) const;
    /// From the top of the whole map.
    [[nodiscard]] std::uint64_t topOfSlot(std::uint64_t slot) const;
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
    void fitAll(MapOrder order);
    void layOut(int pitch, std::uint64_t cellsPerSlot, MapOrder order);
    void layOutTracks(const TrackGrid& grid, MapZoom zoom);
    [[nodiscard]] CellRange cellsOfSlots(std::uint64_t first, std::uint64_t end) const;
    [[nodiscard]] std::uint64_t columnOf(std::uint64_t position) const;
    [[nodiscard]] std::uint64_t rowOf(std::uint64_t position) const;

    QSize m_viewport;
    double m_ratio = 1.0;
    std::uint64_t m_cells = 0;
    std::uint64_t m_slots = 0;
    std::uint64_t m_cellsPerSlot = 1;
    int m_pitch = 1;
    int m_columns = 1;
    MapLayout m_layout;
    std::optional<TrackGrid> m_tracks; ///< with that layout
};

} // namespace fatlas::ui
