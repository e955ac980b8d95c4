#include "ui/views/cluster_map_view.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"
#include "ui/views/map_accessible.hpp"
#include "ui/views/state_words.hpp"

#include <QElapsedTimer>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// Around the cells, so that outlines at the border are not cut.
constexpr int margin = 4;

constexpr std::array zoomSteps{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 40, 48};

} // namespace

ClusterMapView::ClusterMapView(QWidget* parent) : QWidget(parent)
{
    installMapAccessibility();
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Cluster map"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_painter.invalidate();
        update();
    });
}

ClusterMapView::~ClusterMapView() = default;

void ClusterMapView::setCells(std::shared_ptr<const MapCells> cells)
{
    if (cells == m_cells)
        return;
    m_cells = std::move(cells);
    m_hoveredSlot.reset();
    m_hoverChain = {};
    if (m_cursor && (!m_cells || *m_cursor >= m_cells->cellCount()))
        m_cursor.reset();
    layOutCells();
    m_selection = m_cells && m_focus ? MapSelection::make(*m_cells, m_focus->selection().runs)
                                     : MapSelection{};
}

void ClusterMapView::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (!focus)
        return;
    connect(focus, &Focus::changed, this, &ClusterMapView::followFocus);
    connect(focus, &Focus::hoverChanged, this, &ClusterMapView::followHover);
    followFocus();
}

void ClusterMapView::setDescriber(Describer describer)
{
    m_describer = std::move(describer);
}

void ClusterMapView::setFilter(StateMask filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    update();
    Q_EMIT viewChanged();
}

void ClusterMapView::setBackgroundToken(Token token)
{
    m_background = token;
    update();
}

MapGeometry ClusterMapView::geometryFor(MapZoom zoom) const
{
    const double ratio = devicePixelRatioF();
    const QSize inside = (QSizeF(size()) * ratio).toSize() -
                         QSize(2, 2) * static_cast<int>(std::lround(margin * ratio));
    return {inside, ratio, m_cells ? m_cells->cellCount() : 0, zoom};
}

void ClusterMapView::layOutCells()
{
    m_geometry = geometryFor(m_zoom);
    m_scroll = std::min(m_scroll, m_geometry.maxScroll());
    update();
    Q_EMIT viewChanged();
}

void ClusterMapView::setZoom(MapZoom zoom)
{
    const MapGeometry all = geometryFor({});
    if (!zoom.allVisible &&
        (zoom.cellPixels * devicePixelRatioF() <= all.pitch() && all.cellsPerSlot() == 1))
        zoom = {};
    if (zoom == m_zoom)
        return;
    m_zoom = zoom;
    layOutCells();
}

void ClusterMapView::zoomBy(int steps)
{
    zoomAt(std::nullopt, steps);
}

/// Keeps the cell at `position` (else the cursor, else the first one on screen) where it is.
void ClusterMapView::zoomAt(std::optional<QPoint> position, int steps)
{
    std::optional<std::uint64_t> anchor = position ? cellAt(*position) : m_cursor;
    if (!anchor || (!position && !visibleCells().contains(*anchor)))
        anchor = visibleCells().first;
    const double now = m_geometry.logicalCellSize();
    MapZoom next;
    if (steps > 0) {
        const auto* larger = std::ranges::upper_bound(zoomSteps, now + 0.01);
        next = {false, larger == zoomSteps.end() ? maxZoomPixels : *larger};
    } else {
        const auto* smaller = std::ranges::lower_bound(zoomSteps, now - 0.01);
        if (smaller != zoomSteps.begin())
            next = {false, *(smaller - 1)};
    }
    const auto before = m_geometry.rectOfSlot(m_geometry.slotOfCell(*anchor), m_scroll);
    setZoom(next);
    if (!before)
        return scrollToCell(*anchor);
    const std::uint64_t slot = m_geometry.slotOfCell(*anchor);
    const auto top = static_cast<std::int64_t>(slot / static_cast<unsigned>(m_geometry.columns()) *
                                               static_cast<unsigned>(m_geometry.pitch()));
    setScrollOffset(static_cast<std::uint64_t>(std::max<std::int64_t>(0, top - before->y())));
}

QString ClusterMapView::scaleText() const
{
    const std::uint64_t count = m_geometry.cellsPerSlot();
    return u"1 cell = "_s + countText(count, "cluster", "clusters");
}

void ClusterMapView::setScrollOffset(std::uint64_t offset)
{
    offset = std::min(offset, m_geometry.maxScroll());
    if (offset == m_scroll)
        return;
    m_scroll = offset;
    update();
    Q_EMIT viewChanged();
}

CellRange ClusterMapView::visibleCells() const
{
    return m_geometry.visibleCells(m_scroll);
}

void ClusterMapView::setCursorCell(std::uint64_t cell)
{
    if (!m_cells || cell >= m_cells->cellCount())
        return;
    m_cursor = cell;
    setScrollOffset(m_geometry.scrollToShow(m_geometry.slotOfCell(cell), m_scroll));
    update();
    announceCursor(this);
    Q_EMIT cursorMoved(cell);
    Q_EMIT hoveredText(describe(m_geometry.cellsOfSlot(m_geometry.slotOfCell(cell))));
}

void ClusterMapView::scrollToCell(std::uint64_t cell)
{
    if (!m_cells || cell >= m_cells->cellCount() || visibleCells().contains(cell))
        return;
    setScrollOffset(m_geometry.scrollToCenter(m_geometry.slotOfCell(cell)));
}

QString ClusterMapView::describe(CellRange cells) const
{
    if (!m_cells || cells.count == 0)
        return {};
    if (m_describer)
        return m_describer(cells);
    return describeCells(*m_cells, cells);
}

QPoint ClusterMapView::devicePoint(QPoint position) const
{
    return (QPointF(position - QPoint(margin, margin)) * m_geometry.devicePixelRatio()).toPoint();
}

std::optional<std::uint64_t> ClusterMapView::cellAt(QPoint position) const
{
    const auto slot = m_geometry.slotAt(devicePoint(position), m_scroll);
    return slot ? std::optional(representative(*slot)) : std::nullopt;
}

std::optional<QRect> ClusterMapView::rectOfCell(std::uint64_t cell) const
{
    const auto rect = m_geometry.rectOfSlot(m_geometry.slotOfCell(cell), m_scroll);
    if (!rect)
        return std::nullopt;
    const double ratio = m_geometry.devicePixelRatio();
    const QRectF logical(QPointF(rect->topLeft()) / ratio, QSizeF(rect->size()) / ratio);
    return logical.translated(margin, margin).toAlignedRect();
}

void ClusterMapView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const CellRange before = visibleCells();
    layOutCells();
    if (!m_zoom.allVisible && before.count > 0) // stay where we were, not at the same pixel
        setScrollOffset(m_geometry.slotOfCell(before.first) /
                        static_cast<unsigned>(m_geometry.columns()) *
                        static_cast<unsigned>(m_geometry.pitch()));
}

void ClusterMapView::paintEvent(QPaintEvent*)
{
    QElapsedTimer timer;
    timer.start();
    if (m_geometry.devicePixelRatio() != devicePixelRatioF())
        layOutCells();
    QPainter painter(this);
    painter.fillRect(rect(), Theme::instance().color(m_background));
    if (m_cells) {
        const MapPainter::Scene scene{.cells = m_cells,
                                      .geometry = m_geometry,
                                      .scroll = m_scroll,
                                      .filter = m_filter,
                                      .background = m_background};
        painter.drawImage(QPoint(margin, margin), m_painter.paint(scene, font()));
        paintOverlays(painter);
    }
    m_lastPaintMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void ClusterMapView::paintOverlays(QPainter& painter) const
{
    const Theme& theme = Theme::instance();
    const MapFrame frame{*m_cells, m_geometry, m_scroll};
    const double ratio = m_geometry.devicePixelRatio();
    painter.translate(margin, margin);
    painter.scale(1 / ratio, 1 / ratio);
    paintOutline(painter, frame, m_hoverChain, {theme.color(Token::HoverChain), 1.5, false});
    paintOutline(painter, frame, m_selection, {theme.color(Token::Selection), 2, true});
    const auto around = m_focus ? m_focus->selection().cluster : std::nullopt;
    if (m_focus && m_focus->selection().node) // other clusters are no chain
        paintJumps(painter, frame, m_selection, around, theme.color(Token::Selection));
    if (m_cursor && hasFocus())
        paintCursor(painter, frame, *m_cursor,
                    {theme.color(Token::Accent), theme.color(m_background)});
}

QSize ClusterMapView::sizeHint() const
{
    return {scaled(720), scaled(420)};
}

QSize ClusterMapView::minimumSizeHint() const
{
    return {scaled(160), scaled(80)};
}

} // namespace fatlas::ui
