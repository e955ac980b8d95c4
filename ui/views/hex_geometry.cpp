#include "ui/views/hex_geometry.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr int groupSize = 8;
constexpr int charsPerByte = 3; ///< two digits and a blank
constexpr int minOffsetDigits = 8;

} // namespace

HexGeometry::HexGeometry(QSize viewport, const HexMetrics& metrics, std::uint64_t size,
                         int bytesPerRow)
    : m_viewport(viewport), m_metrics(metrics), m_size(size)
{
    const int bits = static_cast<int>(std::bit_width(size == 0 ? 0 : size - 1));
    m_offsetDigits = std::max(minOffsetDigits, (bits + 3) / 4);
    if (bytesPerRow == 8 || bytesPerRow == 16 || bytesPerRow == 32)
        m_bytesPerRow = bytesPerRow;
    else
        m_bytesPerRow = widthFor(32) <= viewport.width()   ? 32
                        : widthFor(16) <= viewport.width() ? 16
                                                           : 8;
}

/// Fits when the columns do, with some room for marks.
int HexGeometry::widthFor(int bytesPerRow) const noexcept
{
    const int gaps = bytesPerRow / groupSize;
    const int room = bytesPerRow > 16 ? 20 : 0;
    const int chars =
        m_offsetDigits + 2 + bytesPerRow * charsPerByte + gaps + 1 + bytesPerRow + room;
    return chars * m_metrics.charWidth + 2 * m_metrics.margin;
}

std::uint64_t HexGeometry::rowCount() const noexcept
{
    const auto perRow = static_cast<unsigned>(m_bytesPerRow);
    return m_size / perRow + (m_size % perRow != 0 ? 1 : 0);
}

int HexGeometry::fullRows() const noexcept
{
    return std::max(1, (m_viewport.height() - m_metrics.headerHeight) / m_metrics.rowHeight);
}

std::uint64_t HexGeometry::maxTopRow() const noexcept
{
    const auto full = static_cast<std::uint64_t>(fullRows());
    return rowCount() > full ? rowCount() - full : 0;
}

std::uint64_t HexGeometry::topRowToShow(std::uint64_t place, std::uint64_t topRow) const
{
    const std::uint64_t row = rowOf(place);
    const auto full = static_cast<std::uint64_t>(fullRows());
    if (row < topRow)
        return row;
    return row - topRow < full ? topRow : std::min(row - full + 1, maxTopRow());
}

std::uint64_t HexGeometry::topRowToCenter(std::uint64_t place) const
{
    const std::uint64_t row = rowOf(place);
    const auto above = static_cast<std::uint64_t>(fullRows() / 3);
    return std::min(row > above ? row - above : 0, maxTopRow());
}

ByteRange HexGeometry::visible(std::uint64_t topRow) const
{
    const auto perRow = static_cast<std::uint64_t>(m_bytesPerRow);
    const std::uint64_t first = std::min(topRow, rowCount()) * perRow;
    if (first >= m_size)
        return {};
    const auto bytes = (static_cast<std::uint64_t>(fullRows()) + 1) * perRow;
    return {.offset = first, .length = std::min(bytes, m_size - first)};
}

int HexGeometry::cellX(HexColumn column, int index) const noexcept
{
    const int hexLeft = offsetX() + (m_offsetDigits + 2) * m_metrics.charWidth;
    const auto hexCell = [&](int i) {
        return hexLeft + (i * charsPerByte + i / groupSize) * m_metrics.charWidth;
    };
    if (column == HexColumn::Hex)
        return hexCell(index);
    return hexCell(m_bytesPerRow) + m_metrics.charWidth + index * m_metrics.charWidth;
}

int HexGeometry::cellWidth(HexColumn column) const noexcept
{
    return column == HexColumn::Hex ? 2 * m_metrics.charWidth : m_metrics.charWidth;
}

int HexGeometry::marksX() const noexcept
{
    return cellX(HexColumn::Text, m_bytesPerRow) + 2 * m_metrics.charWidth;
}

int HexGeometry::rowY(std::uint64_t row, std::uint64_t topRow) const noexcept
{
    return m_metrics.headerHeight + static_cast<int>(row - topRow) * m_metrics.rowHeight;
}

std::optional<QRect> HexGeometry::rectOf(std::uint64_t place, HexColumn column,
                                         std::uint64_t topRow) const
{
    if (!visible(topRow).contains(place))
        return std::nullopt;
    const int index = static_cast<int>(place % static_cast<unsigned>(m_bytesPerRow));
    return QRect(cellX(column, index), rowY(rowOf(place), topRow), cellWidth(column),
                 m_metrics.rowHeight);
}

int HexGeometry::indexAt(int x, HexColumn column) const noexcept
{
    // The blank between two bytes belongs half to each.
    const int half = column == HexColumn::Hex ? m_metrics.charWidth / 2 : 0;
    for (int i = m_bytesPerRow - 1; i > 0; --i)
        if (x >= cellX(column, i) - half)
            return i;
    return 0;
}

std::optional<HexHit> HexGeometry::hitAt(QPoint point, std::uint64_t topRow) const
{
    if (point.y() < m_metrics.headerHeight || m_size == 0)
        return std::nullopt;
    const auto down =
        static_cast<std::uint64_t>((point.y() - m_metrics.headerHeight) / m_metrics.rowHeight);
    const std::uint64_t row = topRow + down;
    if (row >= rowCount())
        return std::nullopt;
    const HexColumn column = point.x() >= cellX(HexColumn::Text, 0) - m_metrics.charWidth / 2
                                 ? HexColumn::Text
                                 : HexColumn::Hex;
    const std::uint64_t place = row * static_cast<unsigned>(m_bytesPerRow) +
                                static_cast<unsigned>(indexAt(point.x(), column));
    return HexHit{std::min(place, m_size - 1), column};
}

namespace scroll_bar {

int range(std::uint64_t maxTopRow) noexcept
{
    return static_cast<int>(std::min<std::uint64_t>(maxTopRow, maxValue));
}

int valueOf(std::uint64_t topRow, std::uint64_t maxTopRow) noexcept
{
    if (maxTopRow <= maxValue)
        return static_cast<int>(std::min(topRow, maxTopRow));
    const long double share =
        static_cast<long double>(topRow) / static_cast<long double>(maxTopRow);
    return static_cast<int>(std::lround(std::min(share, 1.0L) * maxValue));
}

std::uint64_t rowOf(int value, std::uint64_t maxTopRow) noexcept
{
    if (maxTopRow <= maxValue)
        return std::min(static_cast<std::uint64_t>(std::max(value, 0)), maxTopRow);
    const long double share = static_cast<long double>(std::max(value, 0)) / maxValue;
    return std::min(maxTopRow, static_cast<std::uint64_t>(
                                   std::llround(share * static_cast<long double>(maxTopRow))));
}

} // namespace scroll_bar

} // namespace fatlas::ui
