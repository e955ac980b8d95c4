#include "ui/views/map_geometry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fatlas::ui {

namespace {

int devicePixels(int logical, double ratio)
{
    return std::max(1, static_cast<int>(std::lround(logical * ratio)));
}

std::uint64_t divideUp(std::uint64_t a, std::uint64_t b)
{
    return a / b + (a % b != 0 ? 1 : 0);
}

} // namespace

MapGeometry::MapGeometry(QSize viewport, double devicePixelRatio, std::uint64_t cellCount,
                         MapZoom zoom)
    : m_viewport(viewport.expandedTo(QSize(1, 1))), m_ratio(std::max(devicePixelRatio, 0.1)),
      m_cells(cellCount)
{
    if (zoom.allVisible)
        fitAll();
    else
        layOut(devicePixels(std::clamp(zoom.cellPixels, 1, maxZoomPixels), m_ratio), 1);
}

void MapGeometry::fitAll()
{
    const auto fits = [this](int pitch) {
        const auto columns = static_cast<std::uint64_t>(m_viewport.width() / pitch);
        const auto rows = static_cast<std::uint64_t>(m_viewport.height() / pitch);
        return columns * rows >= m_cells;
    };
    int pitch = devicePixels(maxFillPixels, m_ratio);
    while (pitch > 1 && !fits(pitch))
        --pitch;
    const std::uint64_t pixels =
        static_cast<std::uint64_t>(m_viewport.width()) * static_cast<unsigned>(m_viewport.height());
    layOut(pitch, fits(pitch) ? 1 : divideUp(m_cells, pixels));
}

void MapGeometry::layOut(int pitch, std::uint64_t cellsPerSlot)
{
    m_columns = std::max(1, m_viewport.width() / pitch);
    m_pitch = pitch;
    m_cellsPerSlot = std::max<std::uint64_t>(cellsPerSlot, 1);
    m_slots = divideUp(m_cells, m_cellsPerSlot);
    m_rows = divideUp(m_slots, static_cast<std::uint64_t>(m_columns));
}

int MapGeometry::gap() const noexcept
{
    const double logical = m_pitch / m_ratio;
    if (logical < 4)
        return 0;
    return devicePixels(logical < 10 ? 1 : 2, m_ratio);
}

double MapGeometry::logicalCellSize() const
{
    return m_pitch / m_ratio / std::sqrt(static_cast<double>(m_cellsPerSlot));
}

std::uint64_t MapGeometry::maxScroll() const
{
    const auto height = static_cast<std::uint64_t>(m_viewport.height());
    return contentHeight() > height ? contentHeight() - height : 0;
}

std::uint64_t MapGeometry::firstRow(std::uint64_t scroll) const
{
    return std::min(scroll / static_cast<unsigned>(m_pitch), m_rows);
}

int MapGeometry::visibleRows(std::uint64_t scroll) const
{
    const std::uint64_t bottom = scroll + static_cast<unsigned>(m_viewport.height());
    const std::uint64_t end = std::min(divideUp(bottom, static_cast<unsigned>(m_pitch)), m_rows);
    const std::uint64_t first = firstRow(scroll);
    return static_cast<int>(end > first ? end - first : 0);
}

CellRange MapGeometry::visibleCells(std::uint64_t scroll) const
{
    const std::uint64_t perRow = static_cast<unsigned>(m_columns) * m_cellsPerSlot;
    const std::uint64_t first = std::min(firstRow(scroll) * perRow, m_cells);
    const std::uint64_t wanted = static_cast<unsigned>(visibleRows(scroll)) * perRow;
    return {first, std::min(wanted, m_cells - first)};
}

CellRange MapGeometry::cellsOfSlot(std::uint64_t slot) const
{
    const std::uint64_t first = std::min(slot * m_cellsPerSlot, m_cells);
    return {first, std::min(m_cellsPerSlot, m_cells - first)};
}

std::optional<QRect> MapGeometry::rectOfSlot(std::uint64_t slot, std::uint64_t scroll) const
{
    constexpr std::int64_t farAway = std::numeric_limits<int>::max() / 4;
    const auto columns = static_cast<unsigned>(m_columns);
    const auto y = static_cast<std::int64_t>(slot / columns * static_cast<unsigned>(m_pitch)) -
                   static_cast<std::int64_t>(scroll);
    if (y < -farAway || y > farAway)
        return std::nullopt;
    const int side = m_pitch - gap();
    return QRect(static_cast<int>(slot % columns) * m_pitch, static_cast<int>(y), side, side);
}

QPointF MapGeometry::centerOfSlot(std::uint64_t slot, std::uint64_t scroll) const
{
    const auto columns = static_cast<unsigned>(m_columns);
    const double half = (m_pitch - gap()) / 2.0;
    const std::uint64_t row = slot / columns;
    return {static_cast<double>(slot % columns) * m_pitch + half,
            static_cast<double>(row) * m_pitch - static_cast<double>(scroll) + half};
}

std::optional<std::uint64_t> MapGeometry::slotAt(QPoint point, std::uint64_t scroll) const
{
    if (!QRect(QPoint(0, 0), m_viewport).contains(point))
        return std::nullopt;
    const int column = point.x() / m_pitch;
    if (column >= m_columns)
        return std::nullopt;
    const std::uint64_t row =
        (scroll + static_cast<unsigned>(point.y())) / static_cast<unsigned>(m_pitch);
    const std::uint64_t slot = row * static_cast<unsigned>(m_columns) + unsigned(column);
    if (slot >= m_slots)
        return std::nullopt;
    return slot;
}

std::uint64_t MapGeometry::scrollToShow(std::uint64_t slot, std::uint64_t scroll) const
{
    const auto pitch = static_cast<std::uint64_t>(m_pitch);
    const auto height = static_cast<std::uint64_t>(m_viewport.height());
    const std::uint64_t top = slot / static_cast<unsigned>(m_columns) * pitch;
    if (top < scroll)
        scroll = top;
    else if (top + pitch > scroll + height)
        scroll = top + pitch > height ? top + pitch - height : 0;
    return std::min(scroll, maxScroll());
}

std::uint64_t MapGeometry::scrollToCenter(std::uint64_t slot) const
{
    const auto half = static_cast<std::uint64_t>(m_viewport.height() / 2);
    const std::uint64_t top =
        slot / static_cast<unsigned>(m_columns) * static_cast<unsigned>(m_pitch);
    return std::min(top > half ? top - half : 0, maxScroll());
}

} // namespace fatlas::ui
