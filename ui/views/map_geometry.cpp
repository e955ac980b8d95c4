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

/// In order, each cell once.
std::vector<CellRange> joined(std::vector<CellRange> ranges)
{
    std::ranges::sort(ranges, {}, &CellRange::first);
    std::vector<CellRange> result;
    for (const CellRange& range : ranges) {
        if (!result.empty() && range.first <= result.back().end())
            result.back().count = std::max(result.back().end(), range.end()) - result.back().first;
        else
            result.push_back(range);
    }
    return result;
}

} // namespace

MapGeometry::MapGeometry(QSize viewport, double devicePixelRatio, const MapContents& contents,
                         MapZoom zoom)
    : m_viewport(viewport.expandedTo(QSize(1, 1))), m_ratio(std::max(devicePixelRatio, 0.1)),
      m_cells(contents.cellCount)
{
    if (contents.order == MapOrder::Tracks && contents.tracks)
        layOutTracks(*contents.tracks, zoom);
    else if (zoom.allVisible)
        fitAll(contents.order);
    else
        layOut(devicePixels(std::clamp(zoom.cellPixels, 1, maxZoomPixels), m_ratio), 1,
               contents.order);
}

void MapGeometry::fitAll(MapOrder order)
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
    layOut(pitch, fits(pitch) ? 1 : divideUp(m_cells, pixels), order);
}

void MapGeometry::layOut(int pitch, std::uint64_t cellsPerSlot, MapOrder order)
{
    m_columns = std::max(1, m_viewport.width() / pitch);
    m_pitch = pitch;
    m_cellsPerSlot = std::max<std::uint64_t>(cellsPerSlot, 1);
    m_slots = divideUp(m_cells, m_cellsPerSlot);
    m_layout = order == MapOrder::Hilbert ? MapLayout::hilbert(m_columns, m_slots)
                                          : MapLayout::rowsOf(m_columns, m_slots);
}

/// A column for each cylinder, so cells grow no wider than the view has room for all of them.
void MapGeometry::layOutTracks(const TrackGrid& grid, MapZoom zoom)
{
    m_tracks = grid;
    m_layout = MapLayout::tracks(grid);
    m_columns = static_cast<int>(grid.cylinders);
    m_slots = grid.sectorCount();
    const int widest = m_viewport.width() / m_columns;
    const int highest = static_cast<int>(static_cast<std::uint64_t>(m_viewport.height()) /
                                         std::max<std::uint64_t>(m_layout.rows(), 1));
    const int wished = zoom.allVisible
                           ? std::min(highest, devicePixels(maxFillPixels, m_ratio))
                           : devicePixels(std::clamp(zoom.cellPixels, 1, maxZoomPixels), m_ratio);
    m_pitch = std::max(1, std::min(wished, widest));
}

std::uint64_t MapGeometry::columnOf(std::uint64_t position) const
{
    return position % static_cast<unsigned>(m_columns);
}

std::uint64_t MapGeometry::rowOf(std::uint64_t position) const
{
    return position / static_cast<unsigned>(m_columns);
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
    return std::min(scroll / static_cast<unsigned>(m_pitch), rows());
}

int MapGeometry::visibleRows(std::uint64_t scroll) const
{
    const std::uint64_t bottom = scroll + static_cast<unsigned>(m_viewport.height());
    const std::uint64_t end = std::min(divideUp(bottom, static_cast<unsigned>(m_pitch)), rows());
    const std::uint64_t first = firstRow(scroll);
    return static_cast<int>(end > first ? end - first : 0);
}

CellRange MapGeometry::visibleCells(std::uint64_t scroll) const
{
    const MapLayout::Span span =
        m_layout.slotsOfRows(firstRow(scroll), static_cast<unsigned>(visibleRows(scroll)));
    if (span.first >= span.end)
        return {std::min(span.first * m_cellsPerSlot, m_cells), 0};
    if (m_tracks)
        return {0, m_cells};
    const std::uint64_t first = std::min(span.first * m_cellsPerSlot, m_cells);
    return {first, std::min(span.end * m_cellsPerSlot, m_cells) - first};
}

std::vector<std::uint32_t> MapGeometry::visibleSlots(std::uint64_t scroll) const
{
    const auto columns = static_cast<std::size_t>(m_columns);
    std::vector<std::uint32_t> found(static_cast<std::size_t>(visibleRows(scroll)) * columns);
    m_layout.fillSlots(firstRow(scroll) * columns, found);
    return found;
}

std::optional<std::size_t> MapGeometry::visibleIndexOf(std::uint64_t slot,
                                                       std::uint64_t scroll) const
{
    if (slot >= m_slots)
        return std::nullopt;
    const std::uint64_t position = m_layout.positionOf(slot);
    const std::uint64_t first = firstRow(scroll) * static_cast<unsigned>(m_columns);
    const std::uint64_t count =
        static_cast<std::uint64_t>(visibleRows(scroll)) * static_cast<unsigned>(m_columns);
    if (position < first || position - first >= count)
        return std::nullopt;
    return static_cast<std::size_t>(position - first);
}

std::uint64_t MapGeometry::slotOfCell(std::uint64_t cell) const
{
    return m_tracks ? m_tracks->sectorOfCell(cell) : cell / m_cellsPerSlot;
}

std::uint64_t MapGeometry::slotEndOf(CellRange cells) const
{
    return m_tracks ? m_tracks->sectorOfCell(cells.end()) : (cells.end() - 1) / m_cellsPerSlot + 1;
}

CellRange MapGeometry::cellsOfSlot(std::uint64_t slot) const
{
    if (m_tracks) {
        const auto cell = m_tracks->cellOfSector(slot);
        return cell ? CellRange{*cell, 1} : CellRange{m_cells, 0};
    }
    const std::uint64_t first = std::min(slot * m_cellsPerSlot, m_cells);
    return {first, std::min(m_cellsPerSlot, m_cells - first)};
}

CellRange MapGeometry::cellsOfSlots(std::uint64_t first, std::uint64_t end) const
{
    const std::uint64_t from = std::min(first * m_cellsPerSlot, m_cells);
    return {from, std::min(end * m_cellsPerSlot, m_cells) - from};
}

std::optional<std::uint64_t> MapGeometry::slotBeside(std::uint64_t slot, std::int64_t places) const
{
    const auto count = static_cast<std::int64_t>(rows() * static_cast<unsigned>(m_columns));
    auto at = static_cast<std::int64_t>(m_layout.positionOf(slot));
    // The row above a head is empty: up and down go over it.
    const std::int64_t row = places < 0 ? -m_columns : m_columns;
    at += places;
    for (int tries = 0; tries < 2 && at >= 0 && at < count; ++tries, at += row)
        if (const auto found = m_layout.slotAt(static_cast<std::uint64_t>(at)))
            return found;
    return std::nullopt;
}

std::vector<CellRange> MapGeometry::cellsIn(const QRect& rect, std::uint64_t scroll) const
{
    const QRect inside = rect.normalized() & QRect(QPoint(0, 0), m_viewport);
    std::vector<CellRange> found;
    if (inside.isEmpty() || m_slots == 0)
        return found;
    const auto pitch = static_cast<unsigned>(m_pitch);
    const auto columns = static_cast<std::uint64_t>(m_columns);
    const std::uint64_t left = static_cast<unsigned>(inside.left()) / pitch;
    const std::uint64_t right =
        std::min<std::uint64_t>(static_cast<unsigned>(inside.right()) / pitch, columns - 1);
    const std::uint64_t bottom =
        std::min((scroll + static_cast<unsigned>(inside.bottom())) / pitch + 1, rows());
    for (std::uint64_t row = (scroll + static_cast<unsigned>(inside.top())) / pitch; row < bottom;
         ++row) {
        if (order() == MapOrder::Rows) {
            const std::uint64_t end = std::min(row * columns + right + 1, m_slots);
            if (row * columns + left < end)
                found.push_back(cellsOfSlots(row * columns + left, end));
            continue;
        }
        for (std::uint64_t column = left; column <= right; ++column)
            if (const auto slot = m_layout.slotAt(row * columns + column))
                found.push_back(cellsOfSlot(*slot));
    }
    return joined(std::move(found));
}

std::optional<QRect> MapGeometry::rectOfSlot(std::uint64_t slot, std::uint64_t scroll) const
{
    constexpr std::int64_t farAway = std::numeric_limits<int>::max() / 4;
    if (slot >= m_slots && order() != MapOrder::Rows)
        return std::nullopt;
    const auto y = static_cast<std::int64_t>(topOfSlot(slot)) - static_cast<std::int64_t>(scroll);
    if (y < -farAway || y > farAway)
        return std::nullopt;
    const int side = m_pitch - gap();
    return QRect(static_cast<int>(columnOf(m_layout.positionOf(slot))) * m_pitch,
                 static_cast<int>(y), side, side);
}

std::uint64_t MapGeometry::topOfSlot(std::uint64_t slot) const
{
    if (slot >= m_slots && order() != MapOrder::Rows)
        return contentHeight();
    return rowOf(m_layout.positionOf(slot)) * static_cast<unsigned>(m_pitch);
}

QPointF MapGeometry::centerOfSlot(std::uint64_t slot, std::uint64_t scroll) const
{
    const double half = (m_pitch - gap()) / 2.0;
    const bool isThere = slot < m_slots || order() == MapOrder::Rows;
    const std::uint64_t position = isThere ? m_layout.positionOf(slot) : 0;
    return {static_cast<double>(columnOf(position)) * m_pitch + half,
            static_cast<double>(rowOf(position)) * m_pitch - static_cast<double>(scroll) + half};
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
    if (row >= rows())
        return std::nullopt;
    return m_layout.slotAt(row * static_cast<unsigned>(m_columns) + unsigned(column));
}

std::uint64_t MapGeometry::scrollToShow(std::uint64_t slot, std::uint64_t scroll) const
{
    const auto pitch = static_cast<std::uint64_t>(m_pitch);
    const auto height = static_cast<std::uint64_t>(m_viewport.height());
    const std::uint64_t top = topOfSlot(slot);
    if (top < scroll)
        scroll = top;
    else if (top + pitch > scroll + height)
        scroll = top + pitch > height ? top + pitch - height : 0;
    return std::min(scroll, maxScroll());
}

std::uint64_t MapGeometry::scrollToCenter(std::uint64_t slot) const
{
    const auto half = static_cast<std::uint64_t>(m_viewport.height() / 2);
    const std::uint64_t top = topOfSlot(slot);
    return std::min(top > half ? top - half : 0, maxScroll());
}

} // namespace fatlas::ui
