/// What guests do right now, over the cells of a cluster map: a ring for reads, a solid centre for
/// writes, both fading. Where cells are too small for that, reads are tinted and writes inked.
///
/// Units:   painters work in device pixels, the origin is the top left of the map's viewport.
/// Threads: GUI thread; mapping is pure.
#pragma once

#include "ui/document/live_watch.hpp"
#include "ui/models/map_cells.hpp"
#include "ui/views/map_overlay.hpp"

#include <QColor>
#include <QImage>

#include <memory>
#include <optional>
#include <vector>

class QPainter;

namespace fatlas::ui {

/// How the cells of a map lie on a disk.
class HeatPlaces {
public:
    /// `volumeOffset`: where the map's volume begins on the disk.
    HeatPlaces(const MapCells& cells, std::uint64_t volumeOffset);

    /// The cells that hold bytes [first, end) of the disk; empty outside the volume.
    [[nodiscard]] CellRange cellsOf(std::uint64_t first, std::uint64_t end) const;
    [[nodiscard]] CellRange cellsOf(const block::Tap& tap, const serve::HeatSpot& spot) const;

private:
    [[nodiscard]] std::uint64_t cellAt(std::uint64_t inVolume) const;

    std::uint64_t m_volumeOffset;
    std::uint64_t m_systemSize;
    std::uint64_t m_systemCells;
    std::uint64_t m_clusterSize;
    std::uint64_t m_dataEnd; ///< in the volume
};

/// How bright the slots on screen are, from 0 to 255.
struct HeatLevels {
    std::uint64_t firstSlot = 0;
    std::vector<std::uint8_t> read;
    std::vector<std::uint8_t> written;
    bool isDark = true; ///< all of them are 0
};

[[nodiscard]] HeatLevels heatLevels(const MapFrame& frame, const HeatPlaces& places,
                                    const Glow& glow);

struct HeatStyle {
    QColor read;
    QColor written;
    QColor halo; ///< keeps both apart from the cell below
    QColor ink;  ///< of writes in cells that have no room for a centre
};

/// Keeps its picture between frames.
class HeatPainter {
public:
    void paint(QPainter& painter, const MapFrame& frame, const HeatLevels& levels,
               const HeatStyle& style);

private:
    QImage m_image;
};

/// The cell in the middle of what is brightest; nothing while nothing glows brightly.
[[nodiscard]] std::optional<std::uint64_t> busiestCell(const HeatPlaces& places, const Glow& glow);

} // namespace fatlas::ui
