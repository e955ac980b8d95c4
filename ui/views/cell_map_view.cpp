#include "ui/views/cell_map_view.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/views/map_accessible.hpp"
#include "ui/views/state_words.hpp"

#include <QElapsedTimer>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace fatlas::ui {

namespace {

/// Around the cells, so that outlines at the border are not cut.
constexpr int margin = 4;

constexpr std::array zoomSteps{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 40, 48};

} // namespace

CellMapView::CellMapView(QWidget* parent) : QWidget(parent), m_one(tr("cell")), m_many(tr("cells"))
{
    installMapAccessibility();
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_painter.invalidate();
        update();
    });
}

CellMapView::~CellMapView() = default;

void CellMapView::setSpace(std::shared_ptr<const CellSpace> space)
{
    if (space == m_space)
        return;
    m_space = std::move(space);
    if (m_colouring && (!m_space || m_colouring->cellCount() != m_space->cellCount()))
        m_colouring.reset();
    m_hoveredSlot.reset();
    if (m_cursor && (!m_space || *m_cursor >= m_space->cellCount()))
        m_cursor.reset();
    layOutCells();
}

void CellMapView::setUnit(const QString& one, const QString& many)
{
    m_one = one;
    m_many = many;
    Q_EMIT viewChanged();
}

void CellMapView::setDescriber(Describer describer)
{
    m_describer = std::move(describer);
}

void CellMapView::setFilter(StateMask filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    update();
    Q_EMIT viewChanged();
}

void CellMapView::setColouring(std::shared_ptr<const MapColouring> colouring)
{
    if (colouring == m_colouring ||
        (colouring && (!m_space || colouring->cellCount() != m_space->cellCount())))
        return;
    const bool isSameMode = colouring && m_colouring && colouring->looks() == m_colouring->looks();
    m_colouring = std::move(colouring);
    if (!isSameMode)
        m_filter = 0; // its looks are others now
    update();
    Q_EMIT viewChanged();
}

StateMask CellMapView::looksIn(CellRange cells) const
{
    if (!m_space)
        return 0;
    return m_colouring ? m_colouring->looksInCells(cells) : m_space->statesInCells(cells);
}

const std::vector<MapLook>& CellMapView::looks() const
{
    return m_colouring ? m_colouring->looks() : stateLooks();
}

void CellMapView::setOrder(MapOrder order, const std::optional<TrackGrid>& tracks)
{
    if (order == m_order && tracks == m_tracks)
        return;
    m_order = order;
    m_tracks = tracks;
    layOutCells();
    if (m_cursor)
        scrollToCell(*m_cursor);
}

void CellMapView::setBackgroundToken(Token token)
{
    m_background = token;
    update();
}

MapGeometry CellMapView::geometryFor(MapZoom zoom) const
{
    const double ratio = devicePixelRatioF();
    const QSize inside = (QSizeF(size()) * ratio).toSize() -
                         QSize(2, 2) * static_cast<int>(std::lround(margin * ratio));
    return {inside, ratio, contents(), zoom};
}

MapContents CellMapView::contents() const
{
    const std::uint64_t cells = m_space ? m_space->cellCount() : 0;
    const bool fits = m_tracks && m_tracks->cellCount == cells;
    return {cells, m_order, fits ? m_tracks : std::optional<TrackGrid>()};
}

void CellMapView::layOutCells()
{
    m_geometry = geometryFor(m_zoom);
    m_scroll = std::min(m_scroll, m_geometry.maxScroll());
    update();
    Q_EMIT viewChanged();
}

void CellMapView::setZoom(MapZoom zoom)
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

void CellMapView::zoomBy(int steps)
{
    zoomAt(std::nullopt, steps);
}

/// Keeps the cell at `position` (else the cursor, else the first one on screen) where it is.
void CellMapView::zoomAt(std::optional<QPoint> position, int steps)
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
    const auto top = static_cast<std::int64_t>(m_geometry.topOfSlot(slot));
    setScrollOffset(static_cast<std::uint64_t>(std::max<std::int64_t>(0, top - before->y())));
}

QString CellMapView::scaleText() const
{
    const std::uint64_t count = m_geometry.cellsPerSlot();
    return tr("1 cell = %1 %2").arg(countText(count), count == 1 ? m_one : m_many);
}

void CellMapView::setScrollOffset(std::uint64_t offset)
{
    offset = std::min(offset, m_geometry.maxScroll());
    if (offset == m_scroll)
        return;
    m_scroll = offset;
    update();
    Q_EMIT viewChanged();
}

CellRange CellMapView::visibleCells() const
{
    return m_geometry.visibleCells(m_scroll);
}

void CellMapView::setCursorCell(std::uint64_t cell)
{
    if (!m_space || cell >= m_space->cellCount())
        return;
    m_cursor = cell;
    setScrollOffset(m_geometry.scrollToShow(m_geometry.slotOfCell(cell), m_scroll));
    update();
    announceCursor(this);
    Q_EMIT cursorMoved(cell);
    Q_EMIT hoveredText(describe(m_geometry.cellsOfSlot(m_geometry.slotOfCell(cell))));
}

void CellMapView::scrollToCell(std::uint64_t cell)
{
    if (!m_space || cell >= m_space->cellCount())
        return;
    const std::uint64_t slot = m_geometry.slotOfCell(cell);
    if (!m_geometry.visibleIndexOf(slot, m_scroll))
        setScrollOffset(m_geometry.scrollToCenter(slot));
}

QString CellMapView::describe(CellRange cells) const
{
    if (!m_space || cells.count == 0)
        return {};
    const QString sentence = m_describer ? m_describer(cells) : usualWords(cells);
    const QString more = m_colouring ? m_colouring->wordsAbout(cells) : QString();
    return more.isEmpty() ? sentence : tr("%1 · %2").arg(sentence, more);
}

QPoint CellMapView::devicePoint(QPoint position) const
{
    return (QPointF(position - QPoint(margin, margin)) * m_geometry.devicePixelRatio()).toPoint();
}

std::optional<std::uint64_t> CellMapView::cellAt(QPoint position) const
{
    const auto slot = m_geometry.slotAt(devicePoint(position), m_scroll);
    return slot ? std::optional(representative(*slot)) : std::nullopt;
}

std::optional<QRect> CellMapView::rectOfCell(std::uint64_t cell) const
{
    const auto rect = m_geometry.rectOfSlot(m_geometry.slotOfCell(cell), m_scroll);
    if (!rect)
        return std::nullopt;
    const double ratio = m_geometry.devicePixelRatio();
    const QRectF logical(QPointF(rect->topLeft()) / ratio, QSizeF(rect->size()) / ratio);
    return logical.translated(margin, margin).toAlignedRect();
}

void CellMapView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const CellRange before = visibleCells();
    layOutCells();
    if (!m_zoom.allVisible && before.count > 0) // stay where we were, not at the same pixel
        setScrollOffset(m_geometry.topOfSlot(m_geometry.slotOfCell(before.first)));
}

void CellMapView::paintEvent(QPaintEvent*)
{
    QElapsedTimer timer;
    timer.start();
    if (m_geometry.devicePixelRatio() != devicePixelRatioF())
        layOutCells();
    QPainter painter(this);
    painter.fillRect(rect(), Theme::instance().color(m_background));
    if (m_space) {
        painter.drawImage(QPoint(margin, margin), m_painter.paint(scene(), font()));
        paintOverlays(painter);
    }
    m_lastPaintMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

MapPainter::Scene CellMapView::scene() const
{
    return {.cells = m_space,
            .colouring = m_colouring,
            .geometry = m_geometry,
            .scroll = m_scroll,
            .filter = m_filter,
            .background = m_background};
}

void CellMapView::paintOverlays(QPainter& painter) const
{
    const Theme& theme = Theme::instance();
    const MapFrame frame{m_geometry, m_scroll};
    const double ratio = m_geometry.devicePixelRatio();
    painter.translate(margin, margin);
    painter.scale(1 / ratio, 1 / ratio);
    paintOver(painter, frame);
    if (m_cursor && hasFocus())
        paintCursor(painter, frame, *m_cursor,
                    {theme.color(Token::Accent), theme.color(m_background)});
    if (m_geometry.order() == MapOrder::Tracks)
        paintTrackLabels(painter);
    if (!m_band.isNull())
        paintBand(painter, m_band, theme.color(Token::Accent));
}

/// In the free row above the sectors of each head, where it has room for them.
void CellMapView::paintTrackLabels(QPainter& painter) const
{
    if (!m_tracks)
        return;
    const double ratio = m_geometry.devicePixelRatio();
    const int pitch = m_geometry.pitch();
    QFont small = font();
    small.setPixelSize(std::max(
        1, std::min(pitch - static_cast<int>(ratio), static_cast<int>(scaled(11) * ratio))));
    if (small.pixelSize() < 7 * ratio)
        return;
    painter.setFont(small);
    painter.setPen(Theme::instance().color(Token::Muted));
    for (std::uint32_t head = 0; head < m_tracks->heads; ++head) {
        const auto top = static_cast<int>(m_geometry.layout().labelRowOf(head)) * pitch -
                         static_cast<int>(m_scroll);
        painter.drawText(QRect(0, top, m_geometry.columns() * pitch, pitch),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         tr("Head %1: cylinders 0 to %2, sectors 1 to %3")
                             .arg(head)
                             .arg(m_tracks->cylinders - 1)
                             .arg(m_tracks->sectorsPerTrack));
    }
}

void CellMapView::paintOver(QPainter&, const MapFrame&) const {}

QString CellMapView::usualWords(CellRange) const
{
    return {};
}

/// The cell that gives a slot its colour.
std::uint64_t CellMapView::representative(std::uint64_t slot) const
{
    const CellRange cells = m_geometry.cellsOfSlot(slot);
    if (!m_space || cells.count <= 1)
        return cells.first;
    if (!m_colouring)
        return m_space->findState(cells, m_space->stateOfCells(cells)).value_or(cells.first);
    const StateMask worst = std::bit_floor(m_colouring->looksInCells(cells));
    return m_colouring->findLook(cells, worst).value_or(cells.first);
}

QSize CellMapView::sizeHint() const
{
    return {scaled(720), scaled(420)};
}

QSize CellMapView::minimumSizeHint() const
{
    return {scaled(160), scaled(80)};
}

} // namespace fatlas::ui
