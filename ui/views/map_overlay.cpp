#include "ui/views/map_overlay.hpp"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace fatlas::ui {

namespace {

constexpr std::size_t maxOutlinedRuns = 2000;     ///< more on screen are filled instead
constexpr std::uint64_t maxSeparatedSlots = 4000; ///< lines between cells of the selection
constexpr std::size_t maxJumps = 300;

/// The places that touch the visible cells.
std::span<const CellRange> visiblePlaces(const MapFrame& frame, const MapSelection& selection)
{
    const CellRange visible = frame.geometry.visibleCells(frame.scroll);
    const auto first =
        std::ranges::upper_bound(selection.places, visible.first, {}, &CellRange::end);
    const auto last =
        std::ranges::lower_bound(selection.places, visible.end(), {}, &CellRange::first);
    if (first >= last)
        return {};
    return {first, last};
}

/// Slots of a place, cut to what is on screen and a row beyond, so that coordinates stay small.
CellRange slotsOf(const MapFrame& frame, CellRange place)
{
    const MapGeometry& geometry = frame.geometry;
    const auto columns = static_cast<std::uint64_t>(geometry.columns());
    const std::uint64_t top = geometry.firstRow(frame.scroll);
    const std::uint64_t low = (top > 0 ? top - 1 : 0) * columns;
    const auto rows = static_cast<std::uint64_t>(geometry.visibleRows(frame.scroll));
    const std::uint64_t high = (top + rows + 1) * columns;
    const std::uint64_t first = std::clamp(geometry.slotOfCell(place.first), low, high);
    const std::uint64_t end = std::clamp(geometry.slotOfCell(place.end() - 1) + 1, first, high);
    return {first, end - first};
}

/// The squares of neighbouring slots in one row as one rectangle.
QRectF rowRect(const MapFrame& frame, std::uint64_t firstSlot, std::uint64_t lastSlot)
{
    const auto first = frame.geometry.rectOfSlot(firstSlot, frame.scroll);
    const auto last = frame.geometry.rectOfSlot(lastSlot, frame.scroll);
    return first && last ? QRectF(*first).united(QRectF(*last)) : QRectF();
}

template <class Function>
void forEachRow(const MapGeometry& geometry, CellRange range, Function&& function)
{
    const auto columns = static_cast<std::uint64_t>(geometry.columns());
    for (std::uint64_t slot = range.first; slot < range.end();) {
        const std::uint64_t last = std::min((slot / columns + 1) * columns, range.end()) - 1;
        function(slot, last);
        slot = last + 1;
    }
}

void outlineRow(QPainter& painter, const MapFrame& frame, std::uint64_t first, std::uint64_t last,
                double width, bool separated)
{
    const QRectF squares = rowRect(frame, first, last);
    if (squares.isNull())
        return;
    const double grow = width / 2;
    const double radius = 3 * frame.geometry.devicePixelRatio();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawRoundedRect(squares.adjusted(-grow, -grow, grow, grow), radius, radius);
    if (!separated)
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int pitch = frame.geometry.pitch();
    const int line = std::max(1, static_cast<int>(std::lround(width)));
    const int offset = (frame.geometry.gap() + line) / 2;
    for (std::uint64_t i = 1; i <= last - first; ++i)
        painter.fillRect(QRectF(squares.left() + static_cast<double>(i) * pitch - offset,
                                squares.top() - 1, line, squares.height() + 2),
                         painter.pen().color());
}

/// The shape that many small cells in a row make: up to eight corners.
void outlineBlock(QPainter& painter, const MapFrame& frame, CellRange range, double width)
{
    const auto columns = static_cast<std::uint64_t>(frame.geometry.columns());
    const std::uint64_t last = range.end() - 1;
    const double g = width / 2;
    const std::uint64_t firstRow = range.first / columns;
    const std::uint64_t lastRow = last / columns;
    painter.setRenderHint(QPainter::Antialiasing);
    if (firstRow == lastRow ||
        (lastRow == firstRow + 1 && last % columns + 1 < range.first % columns)) {
        forEachRow(frame.geometry, range, [&](std::uint64_t a, std::uint64_t b) {
            painter.drawRect(rowRect(frame, a, b).adjusted(-g, -g, g, g));
        });
        return;
    }
    const std::uint64_t rowEnd = (firstRow + 1) * columns - 1;
    const QRectF head = rowRect(frame, range.first, rowEnd).adjusted(-g, -g, g, g);
    const QRectF tail = rowRect(frame, lastRow * columns, last).adjusted(-g, -g, g, g);
    const QRectF full = rowRect(frame, lastRow * columns, (lastRow + 1) * columns - 1);
    const double tailTop = last == (lastRow + 1) * columns - 1 ? tail.bottom() : full.top() - g;
    painter.drawPolygon(QPolygonF({head.topLeft(),
                                   head.topRight(),
                                   {head.right(), tailTop},
                                   {tail.right(), tailTop},
                                   tail.bottomRight(),
                                   tail.bottomLeft(),
                                   {tail.left(), head.bottom()},
                                   head.bottomLeft()}));
}

void fillPlaces(QPainter& painter, const MapFrame& frame, std::span<const CellRange> places)
{
    for (const CellRange& place : places)
        forEachRow(frame.geometry, slotsOf(frame, place), [&](std::uint64_t a, std::uint64_t b) {
            painter.fillRect(rowRect(frame, a, b), painter.pen().color());
        });
}

void drawArrow(QPainter& painter, QPointF from, QPointF to, double ratio)
{
    const QPointF way = to - from;
    const double length = std::hypot(way.x(), way.y());
    if (length < 1)
        return;
    const QPointF along = way / length;
    const QPointF across(-along.y(), along.x());
    const double head = 7 * ratio;
    painter.drawLine(from, to);
    painter.drawPolygon(QPolygonF({to, to - along * head + across * (head * 0.45),
                                   to - along * head - across * (head * 0.45)}));
}

/// Which jumps are worth drawing: [first, end) of indices into the chain.
std::pair<std::size_t, std::size_t> jumpsToDraw(const MapSelection& selection,
                                                std::optional<Cluster> around)
{
    const std::size_t count = selection.chain.size();
    if (count <= maxJumps)
        return {1, count};
    if (!around)
        return {0, 0};
    const auto found = std::ranges::find_if(
        selection.chain, [&](const ClusterRange& run) { return run.contains(*around); });
    if (found == selection.chain.end())
        return {0, 0};
    const auto at = static_cast<std::size_t>(found - selection.chain.begin());
    return {std::max<std::size_t>(at, 1), std::min(at + 2, count)};
}

} // namespace

MapSelection MapSelection::make(const MapCells& cells, const std::vector<ClusterRange>& runs)
{
    MapSelection selection{.chain = runs, .places = {}};
    for (const ClusterRange& run : runs)
        if (const CellRange place = cells.cellsOfRun(run); place.count > 0)
            selection.places.push_back(place);
    std::ranges::sort(selection.places, {}, &CellRange::first);
    return selection;
}

void paintOutline(QPainter& painter, const MapFrame& frame, const MapSelection& selection,
                  const OutlineStyle& style)
{
    const auto places = visiblePlaces(frame, selection);
    if (places.empty())
        return;
    if (frame.geometry.order() != MapOrder::Rows)
        return paintRegion(painter, frame, places, style);
    const double ratio = frame.geometry.devicePixelRatio();
    const double width = style.width * ratio;
    painter.setPen(QPen(style.color, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    if (places.size() > maxOutlinedRuns)
        return fillPlaces(painter, frame, places);
    const bool large = frame.geometry.pitch() >= minGlyphPixels * ratio;
    std::uint64_t separated = 0;
    for (const CellRange& place : places) {
        const CellRange range = slotsOf(frame, place);
        if (range.count == 0)
            continue;
        if (!large) {
            outlineBlock(painter, frame, range, width);
            continue;
        }
        separated += range.count;
        forEachRow(frame.geometry, range, [&](std::uint64_t a, std::uint64_t b) {
            outlineRow(painter, frame, a, b, width,
                       style.separated && separated <= maxSeparatedSlots);
        });
    }
}

void paintJumps(QPainter& painter, const MapFrame& frame, const MapSelection& selection,
                const JumpStyle& style)
{
    const double ratio = frame.geometry.devicePixelRatio();
    const double height = frame.geometry.viewport().height();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.color, 1.3 * ratio));
    painter.setBrush(style.color);
    const auto [first, end] = jumpsToDraw(selection, style.around);
    for (std::size_t i = first; i < end; ++i) {
        const auto from = style.cells.cellOfCluster(selection.chain[i - 1].end() - 1);
        const auto to = style.cells.cellOfCluster(selection.chain[i].first);
        if (!from || !to)
            continue;
        const QPointF a =
            frame.geometry.centerOfSlot(frame.geometry.slotOfCell(*from), frame.scroll);
        const QPointF b = frame.geometry.centerOfSlot(frame.geometry.slotOfCell(*to), frame.scroll);
        if (std::max(a.y(), b.y()) >= 0 && std::min(a.y(), b.y()) <= height)
            drawArrow(painter, a, b, ratio);
    }
}

void paintCursor(QPainter& painter, const MapFrame& frame, std::uint64_t cell,
                 const CursorStyle& style)
{
    const auto rect = frame.geometry.rectOfSlot(frame.geometry.slotOfCell(cell), frame.scroll);
    if (!rect)
        return;
    const double ratio = frame.geometry.devicePixelRatio();
    const double grow = 3.4 * ratio; // outside the outline of a selection
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const QRectF ring = QRectF(*rect).adjusted(-grow, -grow, grow, grow);
    for (const auto& [ink, width] : {std::pair(style.halo, 2.8), std::pair(style.color, 1.6)}) {
        painter.setPen(QPen(ink, width * ratio));
        painter.drawRoundedRect(ring, 4 * ratio, 4 * ratio);
    }
}

} // namespace fatlas::ui
