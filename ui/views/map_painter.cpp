#include "ui/views/map_painter.hpp"

#include "ui/base/words.hpp"
#include "ui/views/state_words.hpp"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <cstring>

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
    m_tiles.fill(QImage());
}

const QImage& MapPainter::paint(const Scene& scene, const QFont& font)
{
    if (m_valid && scene == m_scene)
        return m_image;
    const bool sameTiles =
        m_scene.geometry.pitch() == scene.geometry.pitch() &&
        m_scene.geometry.devicePixelRatio() == scene.geometry.devicePixelRatio() &&
        m_scene.background == scene.background;
    if (!sameTiles)
        m_tiles.fill(QImage());
    m_scene = scene;
    prepare();
    if (scene.cells && !m_masks.empty()) {
        const MapGeometry& geometry = scene.geometry;
        const std::uint64_t firstSlot =
            geometry.firstRow(scene.scroll) * static_cast<unsigned>(geometry.columns());
        scene.cells->fillSlots(firstSlot * geometry.cellsPerSlot(), geometry.cellsPerSlot(),
                               m_masks);
        const double logical = geometry.pitch() / geometry.devicePixelRatio();
        if (logical < minGlyphPixels) {
            paintPlain(firstSlot);
        } else {
            paintTiles(firstSlot);
            if (logical >= minNumberPixels)
                paintNumbers(firstSlot, font);
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
    for (std::size_t mask = 1; mask < m_lookOf.size(); ++mask) {
        const auto wanted = static_cast<StateMask>(m_scene.filter ? mask & m_scene.filter : mask);
        const auto shownStates = wanted ? wanted : static_cast<StateMask>(mask);
        m_lookOf[mask] = {.state = worstOf(shownStates), .dim = wanted == 0};
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
    const QColor color = theme.color(tokenOf(look.state));
    return look.dim ? mix(color, theme.color(m_scene.background), dimming) : color;
}

QColor MapPainter::inkOn(Look look) const
{
    const Theme& theme = Theme::instance();
    const QColor color = theme.color(tokenOf(look.state));
    const QColor ink =
        look.state == fat::ClusterState::Free ? theme.color(Token::Muted) : readableOn(color);
    return look.dim ? mix(ink, theme.color(m_scene.background), dimming) : ink;
}

/// One line of pixels for each row of slots, copied for the lines below it.
void MapPainter::paintPlain(std::uint64_t)
{
    const int pitch = m_scene.geometry.pitch();
    const int side = pitch - m_scene.geometry.gap();
    const auto columns = static_cast<std::size_t>(m_scene.geometry.columns());
    std::array<QRgb, maskCount> colors{};
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

void MapPainter::paintTiles(std::uint64_t firstSlot)
{
    m_looks.resize(m_masks.size());
    for (std::size_t i = 0; i < m_masks.size(); ++i)
        m_looks[i] = m_lookOf[m_masks[i]];
    markEnds(firstSlot);
    for (std::size_t i = 0; i < m_masks.size(); ++i)
        if (m_masks[i] != 0)
            blit(m_image, tile(m_looks[i]), originOf(i));
}

void MapPainter::markEnds(std::uint64_t firstSlot)
{
    if (m_scene.geometry.cellsPerSlot() != 1)
        return;
    const CellSpace::Ends ends = m_scene.cells->endsIn({firstSlot, m_looks.size()});
    for (const std::uint64_t cell : ends.firsts)
        m_looks[cell - firstSlot].first = true;
    for (const std::uint64_t cell : ends.lasts)
        m_looks[cell - firstSlot].last = true;
}

const QImage& MapPainter::tile(Look look)
{
    QImage& tile = m_tiles[look.index()];
    if (tile.isNull())
        tile = drawTile(look);
    return tile;
}

namespace {

/// The second channel of a state: what can be told without its colour.
void drawMark(QPainter& painter, fat::ClusterState state, const QRectF& cell, double ratio)
{
    const double side = cell.width();
    const QRectF inner = cell.adjusted(side * 0.28, side * 0.28, -side * 0.28, -side * 0.28);
    switch (state) {
    case fat::ClusterState::Directory:
        painter.fillRect(QRectF(cell.left() + side * 0.2, cell.top() + std::max(1.0, side * 0.14),
                                side * 0.6, std::max(1.0, std::round(side * 0.13))),
                         painter.pen().color());
        break;
    case fat::ClusterState::Bad:
        painter.drawLine(inner.topLeft(), inner.bottomRight());
        painter.drawLine(inner.topRight(), inner.bottomLeft());
        break;
    case fat::ClusterState::Lost:
        painter.setBrush(painter.pen().color());
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(cell.center(), std::max(ratio, side * 0.17),
                            std::max(ratio, side * 0.17));
        break;
    case fat::ClusterState::CrossLinked:
        painter.drawLine(cell.adjusted(side * 0.2, 0, -side * 0.2, -side * 0.2).bottomLeft(),
                         cell.adjusted(0, side * 0.2, -side * 0.2, 0).topRight());
        break;
    default: break;
    }
}

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
    drawMark(painter, look.state, cell, ratio);
    return tile;
}

void MapPainter::paintNumbers(std::uint64_t firstSlot, const QFont& font)
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
        const auto number = m_scene.cells->numberOf(firstSlot + i);
        const fat::ClusterState state = m_looks[i].state;
        const bool hasMark = state == fat::ClusterState::Bad || state == fat::ClusterState::Lost ||
                             state == fat::ClusterState::CrossLinked;
        if (!number || m_masks[i] == 0 || hasMark)
            continue;
        painter.setPen(inkOn(m_looks[i]));
        painter.drawText(QRect(originOf(i), QSize(side, side)), Qt::AlignCenter,
                         QString::number(*number));
    }
}

} // namespace fatlas::ui
