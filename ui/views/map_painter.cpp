#include "ui/views/map_painter.hpp"

#include "ui/base/words.hpp"
#include "ui/views/state_words.hpp"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

namespace fatlas::ui {

namespace {

constexpr double dimming = 0.78;
constexpr int minNumberFontPixels = 6; ///< logical; smaller digits cannot be read

/// Copies a square tile, cut at the image's borders. Much cheaper than QPainter for small tiles.
void blit(QImage& image, const QImage& tile, QPoint at)
{
    const QRect target = QRect(at, tile.size()) & image.rect();
    if (target.isEmpty())
        return;
    const auto bytes = static_cast<std::size_t>(target.width()) * sizeof(QRgb);
    const int dx = target.x() - at.x();
    for (int y = target.top(); y <= target.bottom(); ++y) {
        const auto* from = reinterpret_cast<const QRgb*>(tile.constScanLine(y - at.y())) + dx;
        auto* to = reinterpret_cast<QRgb*>(image.scanLine(y)) + target.x();
        std::memcpy(to, from, bytes);
    }
}

} // namespace

void MapPainter::invalidate()
{
    m_valid = false;
    m_tiles.clear();
}

const QImage& MapPainter::paint(const Scene& scene, const QFont& font)
{
    if (m_valid && scene == m_scene)
        return m_image;
    const bool sameTiles =
        m_scene.geometry.pitch() == scene.geometry.pitch() &&
        m_scene.geometry.devicePixelRatio() == scene.geometry.devicePixelRatio() &&
        m_scene.background == scene.background && m_scene.colouring == scene.colouring;
    if (!sameTiles)
        m_tiles.clear();
    m_scene = scene;
    prepare();
    if (scene.cells && !m_masks.empty()) {
        const MapGeometry& geometry = scene.geometry;
        fillMasks();
        const double logical = geometry.pitch() / geometry.devicePixelRatio();
        if (logical < minGlyphPixels) {
            paintPlain();
        } else {
            paintTiles();
            if (logical >= minNumberPixels)
                paintNumbers(font);
        }
    }
    m_image.setDevicePixelRatio(scene.geometry.devicePixelRatio());
    m_valid = true;
    return m_image;
}

void MapPainter::prepare()
{
    const MapGeometry& geometry = m_scene.geometry;
    if (m_image.size() != geometry.viewport())
        m_image = QImage(geometry.viewport(), QImage::Format_RGB32);
    m_image.setDevicePixelRatio(1.0);
    m_image.fill(Theme::instance().color(m_scene.background));
    const int rows = m_scene.cells ? geometry.visibleRows(m_scene.scroll) : 0;
    m_masks.assign(static_cast<std::size_t>(rows) * static_cast<unsigned>(geometry.columns()), 0);
    m_tiles.resize(looks().size() << 3);
    m_lookOf.assign(std::size_t{1} << looks().size(), Look{});
    for (std::size_t mask = 1; mask < m_lookOf.size(); ++mask) {
        const std::size_t wanted = m_scene.filter ? mask & m_scene.filter : mask;
        const std::size_t shownLooks = wanted ? wanted : mask;
        m_lookOf[mask] = {.look = static_cast<std::uint8_t>(std::bit_width(shownLooks) - 1),
                          .dim = wanted == 0};
    }
}

const std::vector<MapLook>& MapPainter::looks() const
{
    return m_scene.colouring ? m_scene.colouring->looks() : stateLooks();
}

/// Of the visible positions, where they are in order.
std::uint64_t MapPainter::firstSlot() const
{
    return m_scene.geometry.firstRow(m_scene.scroll) *
           static_cast<unsigned>(m_scene.geometry.columns());
}

std::optional<std::uint64_t> MapPainter::slotOf(std::size_t visible) const
{
    if (m_slots.empty())
        return firstSlot() + visible;
    return m_slots[visible] == MapGeometry::noSlot ? std::nullopt
                                                   : std::optional<std::uint64_t>(m_slots[visible]);
}

/// Where slots are not in order they are filled in order first, then put where they belong.
void MapPainter::fillMasks()
{
    const MapGeometry& geometry = m_scene.geometry;
    const std::uint64_t perSlot = geometry.cellsPerSlot();
    const auto fill = [&](std::uint64_t first, std::span<StateMask> out) {
        if (m_scene.colouring)
            m_scene.colouring->fillSlots(first, perSlot, out);
        else
            m_scene.cells->fillSlots(first, perSlot, out);
    };
    m_slots.clear();
    if (geometry.order() == MapOrder::Rows)
        return fill(firstSlot() * perSlot, m_masks);
    m_slots = geometry.visibleSlots(m_scene.scroll);
    const CellRange cells = geometry.visibleCells(m_scene.scroll);
    std::vector<StateMask> inOrder(static_cast<std::size_t>((cells.count + perSlot - 1) / perSlot));
    fill(cells.first, inOrder);
    const bool isOnTracks = geometry.order() == MapOrder::Tracks; // a cell has several slots there
    const std::uint64_t before = cells.first / perSlot;
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        if (m_slots[i] == MapGeometry::noSlot)
            continue;
        const std::uint64_t index =
            isOnTracks ? geometry.cellsOfSlot(m_slots[i]).first : m_slots[i] - before;
        m_masks[i] = inOrder[static_cast<std::size_t>(index)];
    }
}

QPoint MapPainter::originOf(std::size_t visibleSlot) const
{
    const MapGeometry& geometry = m_scene.geometry;
    const auto columns = static_cast<std::size_t>(geometry.columns());
    const int hidden =
        static_cast<int>(m_scene.scroll - geometry.firstRow(m_scene.scroll) *
                                              static_cast<unsigned>(geometry.pitch()));
    return {static_cast<int>(visibleSlot % columns) * geometry.pitch(),
            static_cast<int>(visibleSlot / columns) * geometry.pitch() - hidden};
}

QColor MapPainter::colorOf(Look look) const
{
    const Theme& theme = Theme::instance();
    const QColor color = theme.color(looks()[look.look].token);
    return look.dim ? mix(color, theme.color(m_scene.background), dimming) : color;
}

QColor MapPainter::inkOn(Look look) const
{
    const Theme& theme = Theme::instance();
    const QColor color = theme.color(looks()[look.look].token);
    const QColor ink =
        looks()[look.look].token == Token::Free ? theme.color(Token::Muted) : readableOn(color);
    return look.dim ? mix(ink, theme.color(m_scene.background), dimming) : ink;
}

/// One line of pixels for each row of slots, copied for the lines below it.
void MapPainter::paintPlain()
{
    const int pitch = m_scene.geometry.pitch();
    const int side = pitch - m_scene.geometry.gap();
    const auto columns = static_cast<std::size_t>(m_scene.geometry.columns());
    std::vector<QRgb> colors(m_lookOf.size());
    const QRgb background = Theme::instance().color(m_scene.background).rgb();
    colors[0] = background;
    for (std::size_t mask = 1; mask < colors.size(); ++mask)
        colors[mask] = colorOf(m_lookOf[mask]).rgb();

    std::vector<QRgb> line(columns * static_cast<unsigned>(pitch), background);
    const std::size_t lineBytes =
        std::min(line.size(), static_cast<std::size_t>(m_image.width())) * sizeof(QRgb);
    for (std::size_t row = 0; row * columns < m_masks.size(); ++row) {
        QRgb* out = line.data();
        for (std::size_t column = 0; column < columns; ++column, out += pitch)
            std::fill_n(out, side, colors[m_masks[row * columns + column]]);
        const int top = originOf(row * columns).y();
        const int bottom = std::min(top + side, m_image.height());
        for (int y = std::max(top, 0); y < bottom; ++y)
            std::memcpy(m_image.scanLine(y), line.data(), lineBytes);
    }
}

void MapPainter::paintTiles()
{
    m_looks.resize(m_masks.size());
    for (std::size_t i = 0; i < m_masks.size(); ++i)
        m_looks[i] = m_lookOf[m_masks[i]];
    markEnds();
    for (std::size_t i = 0; i < m_masks.size(); ++i)
        if (m_masks[i] != 0)
            blit(m_image, tile(m_looks[i]), originOf(i));
}

void MapPainter::markEnds()
{
    const MapGeometry& geometry = m_scene.geometry;
    if (geometry.cellsPerSlot() != 1)
        return;
    const auto look = [&](std::uint64_t slot) -> Look* {
        const auto index = geometry.visibleIndexOf(slot, m_scene.scroll);
        return index && *index < m_looks.size() ? &m_looks[*index] : nullptr;
    };
    const CellSpace::Ends ends = m_scene.cells->endsIn(geometry.visibleCells(m_scene.scroll));
    for (const std::uint64_t cell : ends.firsts)
        if (Look* const first = look(geometry.slotOfCell(cell)))
            first->first = true;
    for (const std::uint64_t cell : ends.lasts)
        if (Look* const last = look(geometry.slotEndOf({cell, 1}) - 1))
            last->last = true;
}

const QImage& MapPainter::tile(Look look)
{
    QImage& tile = m_tiles[look.index()];
    if (tile.isNull())
        tile = drawTile(look);
    return tile;
}

/// What can be told without the colour.
void drawMark(QPainter& painter, CellMark mark, const QRectF& cell, double ratio)
{
    const double side = cell.width();
    const QRectF inner = cell.adjusted(side * 0.28, side * 0.28, -side * 0.28, -side * 0.28);
    const double thick = std::max(1.0, std::round(side * 0.13));
    const double radius = std::max(ratio, side * 0.17);
    switch (mark) {
    case CellMark::Bar:
        painter.fillRect(QRectF(cell.left() + side * 0.2, cell.top() + std::max(1.0, side * 0.14),
                                side * 0.6, thick),
                         painter.pen().color());
        break;
    case CellMark::Edge:
        painter.fillRect(QRectF(cell.left() + std::max(1.0, side * 0.14), cell.top() + side * 0.2,
                                thick, side * 0.6),
                         painter.pen().color());
        break;
    case CellMark::Cross:
        painter.drawLine(inner.topLeft(), inner.bottomRight());
        painter.drawLine(inner.topRight(), inner.bottomLeft());
        break;
    case CellMark::Dot:
        painter.setBrush(painter.pen().color());
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(cell.center(), radius, radius);
        break;
    case CellMark::Ring: painter.drawEllipse(cell.center(), radius, radius); break;
    case CellMark::Slash:
        painter.drawLine(cell.adjusted(side * 0.2, 0, -side * 0.2, -side * 0.2).bottomLeft(),
                         cell.adjusted(0, side * 0.2, -side * 0.2, 0).topRight());
        break;
    case CellMark::None: break;
    }
}

namespace {

QPainterPath triangle(QPointF corner, QPointF alongX, QPointF alongY)
{
    QPainterPath path(corner);
    path.lineTo(alongX);
    path.lineTo(alongY);
    path.closeSubpath();
    return path;
}

} // namespace

QImage MapPainter::drawTile(Look look) const
{
    const double ratio = m_scene.geometry.devicePixelRatio();
    const int pitch = m_scene.geometry.pitch();
    const int side = pitch - m_scene.geometry.gap();
    const QColor background = Theme::instance().color(m_scene.background);
    QImage tile(pitch, pitch, QImage::Format_RGB32);
    tile.fill(background);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF cell(0, 0, side, side);
    const double radius = std::min(2.0 * ratio, side * 0.22);
    QPainterPath outline;
    outline.addRoundedRect(cell, radius, radius);
    const double notch = std::max(2.0 * ratio, side * 0.3);
    if (look.first)
        outline -= triangle({-1, -1}, {notch, -1}, {-1, notch});
    if (look.last)
        outline -= triangle({side + 1.0, side + 1.0}, {side - notch, side + 1.0},
                            {side + 1.0, side - notch});
    painter.fillPath(outline, colorOf(look));
    painter.setPen(QPen(inkOn(look), std::max(1.0, side * 0.12), Qt::SolidLine, Qt::RoundCap));
    drawMark(painter, looks()[look.look].mark, cell, ratio);
    return tile;
}

void MapPainter::paintNumbers(const QFont& font)
{
    const MapGeometry& geometry = m_scene.geometry;
    const double ratio = geometry.devicePixelRatio();
    const int side = geometry.pitch() - geometry.gap();
    const std::size_t digits = std::to_string(m_scene.cells->largestNumber()).size();
    QFont small = font;
    const int pixels = static_cast<int>(
        std::min(side * 0.5, (side - 2 * ratio) / (0.62 * static_cast<double>(digits))));
    if (pixels < minNumberFontPixels * ratio || geometry.cellsPerSlot() != 1)
        return;
    small.setPixelSize(pixels);
    QPainter painter(&m_image);
    painter.setFont(small);
    for (std::size_t i = 0; i < m_masks.size(); ++i) {
        const auto slot = m_masks[i] != 0 ? slotOf(i) : std::nullopt;
        const auto number =
            slot ? m_scene.cells->numberOf(geometry.cellsOfSlot(*slot).first) : std::nullopt;
        const CellMark mark = looks()[m_looks[i].look].mark;
        const bool hasRoom =
            mark == CellMark::None || mark == CellMark::Bar || mark == CellMark::Edge;
        if (!number || !hasRoom)
            continue;
        painter.setPen(inkOn(m_looks[i]));
        painter.drawText(QRect(originOf(i), QSize(side, side)), Qt::AlignCenter,
                         QString::number(*number));
    }
}

} // namespace fatlas::ui
