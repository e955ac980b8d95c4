#include "ui/views/map_export.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/map_legend.hpp"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>
#include <bit>
#include <utility>

namespace fatlas::ui {

namespace {

constexpr int margin = 16;
constexpr int swatchSide = 12;
constexpr int legendGap = 28; ///< between two entries

} // namespace

MapExport::MapExport(const CellMapView& map, const MapLegend& legend, QString title, int width)
    : m_scene(map.scene()), m_looks(map.looks()), m_legend(legend.lines()),
      m_title(std::move(title)), m_font(map.font()), m_width(std::max(width, 100))
{
    const QSize room(m_width - 2 * margin, (m_width - 2 * margin) * 5 / 8);
    const MapGeometry whole(room, 1.0, map.contents(), {});
    const auto height = static_cast<int>(
        std::min<std::uint64_t>(whole.contentHeight(), static_cast<unsigned>(room.height())));
    m_scene.geometry =
        MapGeometry(QSize(room.width(), std::max(height, 1)), 1.0, map.contents(), {});
    m_scene.scroll = 0;
}

int MapExport::titleHeight() const
{
    return QFontMetrics(emphasized(m_font, 2)).height() + margin / 2;
}

QSize MapExport::size() const
{
    const int map = margin + titleHeight() + m_scene.geometry.viewport().height() + margin;
    return {m_width, paintLegend(nullptr, map) + margin};
}

QImage MapExport::image() const
{
    QImage image(size(), QImage::Format_RGB32);
    image.fill(Theme::instance().color(m_scene.background));
    QPainter painter(&image);
    paint(painter, Cells::AsPixels);
    return image;
}

QByteArray MapExport::svg() const
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size());
    generator.setViewBox(QRect(QPoint(0, 0), size()));
    generator.setTitle(m_title);
    QPainter painter(&generator);
    painter.fillRect(QRect(QPoint(0, 0), size()), Theme::instance().color(m_scene.background));
    const bool isSmall = m_scene.geometry.slotCount() <= maxVectorSlots;
    paint(painter, isSmall ? Cells::AsShapes : Cells::AsPixels);
    painter.end();
    return bytes;
}

void MapExport::paint(QPainter& painter, Cells cells) const
{
    const int mapTop = margin + titleHeight();
    painter.setFont(emphasized(m_font, 2));
    painter.setPen(Theme::instance().color(Token::Text));
    painter.drawText(QRect(margin, margin, m_width - 2 * margin, titleHeight()),
                     Qt::AlignLeft | Qt::AlignTop, m_title);
    if (cells == Cells::AsPixels) {
        painter.drawImage(QPoint(margin, mapTop), mapImage());
    } else {
        painter.translate(margin, mapTop);
        paintShapes(painter);
        painter.translate(-margin, -mapTop);
    }
    paintLegend(&painter, mapTop + m_scene.geometry.viewport().height() + margin);
}

QImage MapExport::mapImage() const
{
    MapPainter cells;
    return cells.paint(m_scene, m_font);
}

/// A square for each slot, with its mark.
void MapExport::paintShapes(QPainter& painter) const
{
    const Theme& theme = Theme::instance();
    const MapGeometry& geometry = m_scene.geometry;
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::uint64_t slot = 0; slot < geometry.slotCount(); ++slot) {
        const CellRange cells = geometry.cellsOfSlot(slot);
        const auto rect = geometry.rectOfSlot(slot, 0);
        if (!m_scene.cells || cells.count == 0 || !rect)
            continue;
        const StateMask mask = m_scene.colouring ? m_scene.colouring->looksInCells(cells)
                                                 : m_scene.cells->statesInCells(cells);
        if (mask == 0)
            continue;
        const MapLook& look = m_looks[static_cast<std::size_t>(std::bit_width(mask)) - 1];
        const QColor color = theme.color(look.token);
        painter.fillRect(*rect, color);
        if (geometry.pitch() < minGlyphPixels)
            continue;
        painter.setPen(QPen(readableOn(color), std::max(1.0, rect->width() * 0.12), Qt::SolidLine,
                            Qt::RoundCap));
        painter.setBrush(Qt::NoBrush);
        drawMark(painter, look.mark, QRectF(*rect), 1.0);
    }
}

/// Lines that wrap; gives where they end. Without a painter nothing is painted.
int MapExport::paintLegend(QPainter* painter, int top) const
{
    const Theme& theme = Theme::instance();
    const QFontMetrics metrics(m_font);
    const int line = metrics.height() + margin / 2;
    int x = margin;
    for (const LegendLine& entry : m_legend) {
        const int swatches = static_cast<int>(entry.swatches.size()) * (swatchSide + 2);
        const int width = swatches + margin / 2 + metrics.horizontalAdvance(entry.text);
        if (x > margin && x + width > m_width - margin) {
            x = margin;
            top += line;
        }
        if (painter != nullptr) {
            int left = x;
            for (const Token token : entry.swatches) {
                painter->setPen(theme.color(Token::Line));
                painter->setBrush(theme.color(token));
                painter->drawRect(left, top + (metrics.height() - swatchSide) / 2, swatchSide,
                                  swatchSide);
                left += swatchSide + 2;
            }
            painter->setFont(m_font);
            painter->setPen(theme.color(Token::Text));
            painter->drawText(QPoint(x + swatches + margin / 2, top + metrics.ascent()),
                              entry.text);
        }
        x += width + legendGap;
    }
    return top + line;
}

} // namespace fatlas::ui
