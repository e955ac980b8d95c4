// Outlines of cells that lie anywhere on the grid: lines where a chosen cell has another beside it.
#include "ui/views/map_overlay.hpp"

#include <QLineF>
#include <QPainter>
#include <QVarLengthArray>

#include <algorithm>
#include <cmath>
#include <vector>

namespace fatlas::ui {

namespace {

constexpr int linesAtOnce = 256;

/// The visible positions that are chosen, as a grid with a border of free ones around it.
class ChosenGrid {
public:
    ChosenGrid(const MapFrame& frame, std::span<const CellRange> places)
        : m_columns(frame.geometry.columns()), m_rows(frame.geometry.visibleRows(frame.scroll)),
          m_chosen(static_cast<std::size_t>(m_columns + 2) * static_cast<unsigned>(m_rows + 2))
    {
        const CellRange visible = frame.geometry.visibleCells(frame.scroll);
        for (const CellRange& place : places) {
            const std::uint64_t first = std::max(place.first, visible.first);
            const std::uint64_t end = std::min(place.end(), visible.end());
            if (first < end)
                choose(frame, {first, end - first});
        }
    }

    [[nodiscard]] int columns() const noexcept { return m_columns; }

    [[nodiscard]] int rows() const noexcept { return m_rows; }

    [[nodiscard]] bool has(int column, int row) const
    {
        return m_chosen[static_cast<std::size_t>(row + 1) * static_cast<unsigned>(m_columns + 2) +
                        static_cast<unsigned>(column + 1)] != 0;
    }

private:
    void choose(const MapFrame& frame, CellRange cells)
    {
        const std::uint64_t end = frame.geometry.slotEndOf(cells);
        for (std::uint64_t slot = frame.geometry.slotOfCell(cells.first); slot < end; ++slot)
            if (const auto index = frame.geometry.visibleIndexOf(slot, frame.scroll)) {
                const auto columns = static_cast<std::size_t>(m_columns);
                m_chosen[(*index / columns + 1) * (columns + 2) + *index % columns + 1] = 1;
            }
    }

    int m_columns;
    int m_rows;
    std::vector<std::uint8_t> m_chosen;
};

/// Draws many lines with few calls.
class Lines {
public:
    explicit Lines(QPainter& painter) : m_painter(painter) {}

    ~Lines() { flush(); }

    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    void add(double x1, double y1, double x2, double y2)
    {
        m_lines.append(QLineF(x1, y1, x2, y2));
        if (m_lines.size() == linesAtOnce)
            flush();
    }

private:
    void flush()
    {
        m_painter.drawLines(m_lines.constData(), static_cast<int>(m_lines.size()));
        m_lines.clear();
    }

    QPainter& m_painter;
    QVarLengthArray<QLineF, linesAtOnce> m_lines;
};

} // namespace

void paintRegion(QPainter& painter, const MapFrame& frame, std::span<const CellRange> places,
                 const OutlineStyle& style)
{
    const ChosenGrid grid(frame, places);
    const MapGeometry& geometry = frame.geometry;
    const double ratio = geometry.devicePixelRatio();
    const int pitch = geometry.pitch();
    const bool isSeparated = style.separated && pitch >= minGlyphPixels * ratio;
    const double hidden = static_cast<double>(frame.scroll - geometry.firstRow(frame.scroll) *
                                                                 static_cast<unsigned>(pitch));
    const double edge = geometry.gap() / 2.0; // lines run in the middle of the gaps
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(style.color, std::max(1.0, std::round(style.width * ratio)), Qt::SolidLine,
                        Qt::SquareCap, Qt::MiterJoin));
    Lines lines(painter);
    for (int row = 0; row < grid.rows(); ++row)
        for (int column = 0; column < grid.columns(); ++column) {
            if (!grid.has(column, row))
                continue;
            const double left = column * pitch - edge;
            const double top = row * pitch - hidden - edge;
            const auto isOpen = [&](int x, int y) {
                return isSeparated || !grid.has(column + x, row + y);
            };
            if (isOpen(-1, 0))
                lines.add(left, top, left, top + pitch);
            if (isOpen(0, -1))
                lines.add(left, top, left + pitch, top);
            if (!grid.has(column + 1, row))
                lines.add(left + pitch, top, left + pitch, top + pitch);
            if (!grid.has(column, row + 1))
                lines.add(left, top + pitch, left + pitch, top + pitch);
        }
}

void paintBand(QPainter& painter, const QRect& band, const QColor& color)
{
    constexpr int faint = 40;
    QColor inside = color;
    inside.setAlpha(faint);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(color, 1));
    painter.setBrush(inside);
    painter.drawRect(band);
}

} // namespace fatlas::ui
