#include "ui/views/map_heat.hpp"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr int minRingPixels = 4; ///< logical: smaller cells are tinted as a whole
constexpr int minHaloPixels = 7; ///< logical
constexpr std::uint8_t bright = 200;

/// What fades stays readable for longer, and is gone sooner in the end.
std::uint8_t alphaOf(std::uint8_t level)
{
    return static_cast<std::uint8_t>(std::lround(255 * std::pow(level / 255.0, 0.6)));
}

int devicePixels(double logical, double ratio)
{
    return std::max(1, static_cast<int>(std::lround(logical * ratio)));
}

/// `color` over what is there.
void blend(QRgb& pixel, const QColor& color, std::uint8_t level)
{
    const int alpha = level;
    const int rest = 255 - alpha;
    const auto over = [&](int top, int below) { return (top * alpha + below * rest) / 255; };
    // Premultiplied, as the image is.
    pixel = qRgba(over(color.red(), qRed(pixel)), over(color.green(), qGreen(pixel)),
                  over(color.blue(), qBlue(pixel)), over(255, qAlpha(pixel)));
}

void fill(QImage& image, const QRect& rect, const QColor& color, std::uint8_t level)
{
    const QRect inside = rect & image.rect();
    if (level == 0)
        return;
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = inside.left(); x <= inside.right(); ++x)
            blend(line[x], color, level);
    }
}

void ring(QImage& image, const QRect& rect, int width, const QColor& color, std::uint8_t level)
{
    const int inner = rect.height() - 2 * width;
    fill(image, QRect(rect.left(), rect.top(), rect.width(), width), color, level);
    fill(image, QRect(rect.left(), rect.bottom() + 1 - width, rect.width(), width), color, level);
    fill(image, QRect(rect.left(), rect.top() + width, width, inner), color, level);
    fill(image, QRect(rect.right() + 1 - width, rect.top() + width, width, inner), color, level);
}

/// How one slot is marked; the same for all slots of a frame.
class Marks {
public:
    Marks(const MapGeometry& geometry, const HeatStyle& style) : m_style(style)
    {
        const double ratio = geometry.devicePixelRatio();
        const int side = geometry.pitch() - geometry.gap();
        const double logical = side / ratio;
        m_isSmall = logical < minRingPixels - 1 || side < 3;
        m_ring = devicePixels(logical < 7 ? 1 : logical < 16 ? 2 : 3, ratio);
        m_halo = logical < minHaloPixels ? 0 : devicePixels(1, ratio);
        m_centre = std::max(m_ring, (side - std::max(2, side / 2)) / 2);
    }

    void draw(QImage& image, const QRect& slot, std::uint8_t readLevel,
              std::uint8_t writtenLevel) const
    {
        const std::uint8_t read = alphaOf(readLevel);
        const std::uint8_t written = alphaOf(writtenLevel);
        if (m_isSmall) {
            fill(image, slot, m_style.read, static_cast<std::uint8_t>(read * 4 / 5));
            fill(image, slot, m_style.ink, written);
            return;
        }
        ring(image, slot, m_ring, m_style.read, read);
        if (m_halo > 0)
            ring(image, slot.adjusted(m_ring, m_ring, -m_ring, -m_ring), m_halo, m_style.halo,
                 read);
        const QRect centre = slot.adjusted(m_centre, m_centre, -m_centre, -m_centre);
        if (m_halo > 0)
            fill(image, centre.adjusted(-m_halo, -m_halo, m_halo, m_halo), m_style.halo, written);
        fill(image, centre, m_style.written, written);
    }

private:
    const HeatStyle& m_style;
    bool m_isSmall = false;
    int m_ring = 1;
    int m_halo = 0;
    int m_centre = 1;
};

} // namespace

HeatPlaces::HeatPlaces(const MapCells& cells, std::uint64_t volumeOffset)
    : m_volumeOffset(volumeOffset), m_systemSize(cells.map().geometry().dataOffset()),
      m_systemCells(cells.systemCellCount()),
      m_clusterSize(std::max(cells.map().geometry().clusterSize(), 1U)),
      m_dataEnd(m_systemSize + (cells.cellCount() - m_systemCells) * m_clusterSize)
{}

std::uint64_t HeatPlaces::cellAt(std::uint64_t inVolume) const
{
    if (inVolume < m_systemSize)
        return inVolume * m_systemCells / m_systemSize;
    return m_systemCells + (inVolume - m_systemSize) / m_clusterSize;
}

CellRange HeatPlaces::cellsOf(std::uint64_t first, std::uint64_t end) const
{
    const std::uint64_t from = std::max(first, m_volumeOffset) - m_volumeOffset;
    const std::uint64_t to = std::min(std::max(end, m_volumeOffset) - m_volumeOffset, m_dataEnd);
    if (from >= to)
        return {};
    const std::uint64_t cell = cellAt(from);
    return {cell, cellAt(to - 1) - cell + 1};
}

CellRange HeatPlaces::cellsOf(const block::Tap& tap, const serve::HeatSpot& spot) const
{
    return cellsOf(tap.binOffset(spot.bin), tap.binOffset(std::size_t{spot.bin} + 1));
}

HeatLevels heatLevels(const MapFrame& frame, const HeatPlaces& places, const Glow& glow)
{
    const MapGeometry& geometry = frame.geometry;
    const CellRange visible = geometry.visibleCells(frame.scroll);
    HeatLevels levels;
    if (visible.count == 0 || !glow.tap)
        return levels;
    levels.firstSlot = geometry.slotOfCell(visible.first);
    const std::uint64_t slotCount = geometry.slotOfCell(visible.end() - 1) - levels.firstSlot + 1;
    levels.read.assign(slotCount, 0);
    levels.written.assign(slotCount, 0);
    for (const serve::HeatSpot& spot : glow.spots) {
        const CellRange cells = places.cellsOf(*glow.tap, spot);
        const std::uint64_t first = std::max(cells.first, visible.first);
        const std::uint64_t end = std::min(cells.end(), visible.end());
        if (first >= end)
            continue;
        const std::uint64_t last = geometry.slotOfCell(end - 1) - levels.firstSlot;
        for (std::uint64_t i = geometry.slotOfCell(first) - levels.firstSlot; i <= last; ++i) {
            levels.read[i] = std::max(levels.read[i], spot.read);
            levels.written[i] = std::max(levels.written[i], spot.written);
        }
        levels.isDark = false;
    }
    return levels;
}

void HeatPainter::paint(QPainter& painter, const MapFrame& frame, const HeatLevels& levels,
                        const HeatStyle& style)
{
    if (levels.isDark)
        return;
    const QSize size = frame.geometry.viewport();
    if (m_image.size() != size)
        m_image = QImage(size, QImage::Format_ARGB32_Premultiplied);
    m_image.fill(Qt::transparent);
    const Marks marks(frame.geometry, style);
    for (std::size_t i = 0; i < levels.read.size(); ++i) {
        if (levels.read[i] == 0 && levels.written[i] == 0)
            continue;
        if (const auto rect = frame.geometry.rectOfSlot(levels.firstSlot + i, frame.scroll))
            marks.draw(m_image, *rect, levels.read[i], levels.written[i]);
    }
    painter.drawImage(QPoint(0, 0), m_image);
}

std::optional<std::uint64_t> busiestCell(const HeatPlaces& places, const Glow& glow)
{
    std::vector<std::uint64_t> cells;
    if (glow.tap)
        for (const serve::HeatSpot& spot : glow.spots)
            if (std::max(spot.read, spot.written) >= bright)
                if (const CellRange range = places.cellsOf(*glow.tap, spot); range.count != 0)
                    cells.push_back(range.first + range.count / 2);
    if (cells.empty())
        return std::nullopt;
    const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(cells.size() / 2);
    std::ranges::nth_element(cells, middle);
    return *middle;
}

} // namespace fatlas::ui
