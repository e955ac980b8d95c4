/// In which order the slots of a map fill its grid. Pure arithmetic, no widget.
///
/// Rows: from left to right, top to bottom. Hilbert: along a curve that keeps neighbours near each
/// other, bent to the grid in bands of full width, one below the other. Tracks: the sectors of a
/// floppy, a column for each cylinder, a block of rows for each head.
///
/// Units:      a position is row x columns + column; slots as MapGeometry counts them. With Tracks
///             a slot is a sector, and a cell of several sectors has as many slots.
/// Invariants: every slot has one position of its own; positions without a slot stay empty.
/// Threads:    plain value; the tables of a curve are shared and immutable.
/// Bounds:     a band of the curve has at most maxBand positions, eight bytes each.
#pragma once

#include "core/fat/geometry.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

enum class MapOrder : std::uint8_t { Rows, Hilbert, Tracks };

/// The sectors of a floppy, and which cells of its map lie on them.
struct TrackGrid {
    std::uint32_t cylinders = 0;
    std::uint32_t heads = 0;
    std::uint32_t sectorsPerTrack = 0;
    std::uint32_t systemSectors = 0; ///< before the first cluster
    std::uint32_t sectorsPerCell = 1;
    std::uint64_t systemCells = 0;
    std::uint64_t cellCount = 0; ///< system cells and clusters

    /// Nothing for what is no floppy: too many tracks or sectors, or tracks that do not add up.
    [[nodiscard]] static std::optional<TrackGrid> of(const fat::Geometry& geometry,
                                                     std::uint64_t systemCells);

    /// The first one.
    [[nodiscard]] std::uint64_t sectorOfCell(std::uint64_t cell) const;
    /// Nothing behind the last cluster.
    [[nodiscard]] std::optional<std::uint64_t> cellOfSector(std::uint64_t sector) const;

    [[nodiscard]] std::uint64_t sectorCount() const { return sectorOfCell(cellCount); }

    bool operator==(const TrackGrid&) const = default;
};

class MapLayout {
public:
    static constexpr std::uint64_t maxBand = std::uint64_t{1} << 18;

    MapLayout() = default;
    [[nodiscard]] static MapLayout rowsOf(int columns, std::uint64_t slots);
    [[nodiscard]] static MapLayout hilbert(int columns, std::uint64_t slots);
    [[nodiscard]] static MapLayout tracks(const TrackGrid& grid);

    [[nodiscard]] MapOrder order() const noexcept { return m_order; }

    [[nodiscard]] std::uint64_t rows() const noexcept { return m_rows; }

    /// Rows that a grid of tracks has, with one free row above each head.
    [[nodiscard]] static std::uint64_t trackRows(const TrackGrid& grid);
    /// The free row above a head.
    [[nodiscard]] std::uint64_t labelRowOf(std::uint32_t head) const;

    /// `slot` < the number of slots.
    [[nodiscard]] std::uint64_t positionOf(std::uint64_t slot) const;
    [[nodiscard]] std::optional<std::uint64_t> slotAt(std::uint64_t position) const;

    static constexpr std::uint32_t noSlot = UINT32_MAX;
    /// out[i] = the slot at first + i, noSlot where there is none. One pass for painting.
    void fillSlots(std::uint64_t first, std::span<std::uint32_t> out) const;

    /// Slots [first, end) hold everything in rows [firstRow, firstRow + rowCount), and perhaps
    /// more.
    struct Span {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
    };

    [[nodiscard]] Span slotsOfRows(std::uint64_t firstRow, std::uint64_t rowCount) const;

    bool operator==(const MapLayout&) const = default;

private:
    /// The curve through one band, both ways.
    struct Band {
        std::vector<std::uint32_t> positions; ///< by step
        std::vector<std::uint32_t> steps;     ///< by position
    };

    [[nodiscard]] static std::shared_ptr<const Band> makeBand(std::uint32_t columns,
                                                              std::uint32_t rows);
    [[nodiscard]] std::uint64_t trackPositionOf(std::uint64_t sector) const;
    [[nodiscard]] std::optional<std::uint64_t> sectorAt(std::uint64_t position) const;

    MapOrder m_order = MapOrder::Rows;
    std::uint64_t m_columns = 1;
    std::uint64_t m_slots = 0;
    std::uint64_t m_rows = 0;
    std::uint64_t m_bandSize = 0;       ///< positions in a full band
    std::uint64_t m_fullBands = 0;      ///< how many; one more may follow
    std::shared_ptr<const Band> m_band; ///< a full one
    std::shared_ptr<const Band> m_last; ///< the one that follows
    TrackGrid m_tracks;
};

} // namespace fatlas::ui
