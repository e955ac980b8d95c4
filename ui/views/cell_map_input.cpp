// Hands on a map of cells: keys, mouse, wheel, tooltips.
#include "ui/base/words.hpp"
#include "ui/views/cell_map_view.hpp"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr int wheelNotch = 120;
constexpr int rowsPerNotch = 3;

} // namespace

void CellMapView::keyPressEvent(QKeyEvent* event)
{
    if (!m_space || !(zoomKey(*event) || takeKey(*event) || cursorKey(*event)))
        QWidget::keyPressEvent(event);
}

bool CellMapView::zoomKey(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomBy(1); return true;
    case Qt::Key_Minus: zoomBy(-1); return true;
    case Qt::Key_0: setZoom({}); return true;
    default: return false;
    }
}

bool CellMapView::cursorKey(const QKeyEvent& event)
{
    const std::int64_t row = m_geometry.columns();
    const std::int64_t page =
        row * std::max(1, m_geometry.viewport().height() / m_geometry.pitch() - 1);
    switch (event.key()) {
    case Qt::Key_Left: moveCursorBy(-1); return true;
    case Qt::Key_Right: moveCursorBy(1); return true;
    case Qt::Key_Up: moveCursorBy(-row); return true;
    case Qt::Key_Down: moveCursorBy(row); return true;
    case Qt::Key_PageUp: moveCursorBy(-page); return true;
    case Qt::Key_PageDown: moveCursorBy(page); return true;
    case Qt::Key_Home: setCursorCell(0); return true;
    case Qt::Key_End: setCursorCell(m_space->cellCount() - 1); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_cursor)
            return false;
        selectCell(*m_cursor);
        Q_EMIT cellActivated(*m_cursor);
        return true;
    default: return false;
    }
}

bool CellMapView::takeKey(const QKeyEvent&)
{
    return false;
}

void CellMapView::selectCell(std::uint64_t cell)
{
    setCursorCell(cell);
}

void CellMapView::hoverCell(std::optional<std::uint64_t>) {}

void CellMapView::selectCells(const std::vector<CellRange>&) {}

QString CellMapView::sumWords(const std::vector<CellRange>& cells) const
{
    std::uint64_t count = 0;
    for (const CellRange& range : cells)
        count += range.count;
    return u"%1 %2"_s.arg(countText(count), count == 1 ? m_one : m_many);
}

void CellMapView::moveCursorBy(std::int64_t places)
{
    if (!m_cursor)
        return setCursorCell(visibleCells().first);
    // Rows and pages stop at the ends, without changing the column.
    const auto next = m_geometry.slotBeside(m_geometry.slotOfCell(*m_cursor), places);
    if (next && m_geometry.cellsOfSlot(*next).count > 0)
        setCursorCell(representative(*next));
}

void CellMapView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    const QPoint at = event->position().toPoint();
    m_pressed = at;
    if (const auto cell = cellAt(at))
        selectCell(*cell);
}

void CellMapView::mouseReleaseEvent(QMouseEvent* event)
{
    m_pressed.reset();
    if (m_band.isNull())
        return QWidget::mouseReleaseEvent(event);
    const std::vector<CellRange> cells = cellsInBand();
    m_band = QRect();
    update();
    selectCells(cells);
}

void CellMapView::pullBand(QPoint from, QPoint to)
{
    m_band = QRect(devicePoint(from), devicePoint(to)).normalized();
    update();
    Q_EMIT hoveredText(sumWords(cellsInBand()));
}

std::vector<CellRange> CellMapView::cellsInBand() const
{
    return m_geometry.cellsIn(m_band, m_scroll);
}

void CellMapView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        if (const auto cell = cellAt(event->position().toPoint()))
            Q_EMIT cellActivated(*cell);
}

void CellMapView::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    const bool isPulled = m_pressed && event->buttons().testFlag(Qt::LeftButton);
    if (isPulled && (!m_band.isNull() ||
                     (at - *m_pressed).manhattanLength() >= QApplication::startDragDistance()))
        return pullBand(*m_pressed, at);
    hoverAt(at);
}

void CellMapView::hoverAt(QPoint position)
{
    const auto slot = m_geometry.slotAt(devicePoint(position), m_scroll);
    if (slot == m_hoveredSlot)
        return;
    m_hoveredSlot = slot;
    hoverCell(slot && m_space ? std::optional(representative(*slot)) : std::nullopt);
    Q_EMIT hoveredText(slot ? describe(m_geometry.cellsOfSlot(*slot)) : QString());
}

void CellMapView::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    hoverAt({-1, -1});
}

void CellMapView::wheelEvent(QWheelEvent* event)
{
    event->accept();
    const int delta = event->angleDelta().y();
    if (event->modifiers() & Qt::ControlModifier) {
        m_wheelRest += delta;
        const int steps = m_wheelRest / wheelNotch;
        m_wheelRest -= steps * wheelNotch;
        if (steps != 0)
            zoomAt(event->position().toPoint(), steps);
        return;
    }
    scrollByWheel(*event);
    hoverAt(event->position().toPoint());
}

void CellMapView::scrollByWheel(const QWheelEvent& event)
{
    const double notch = std::max(rowsPerNotch * m_geometry.pitch(),
                                  static_cast<int>(48 * m_geometry.devicePixelRatio()));
    const double pixels = event.pixelDelta().y() != 0
                              ? event.pixelDelta().y() * m_geometry.devicePixelRatio()
                              : event.angleDelta().y() * notch / wheelNotch;
    const auto to = static_cast<std::int64_t>(m_scroll) - static_cast<std::int64_t>(pixels);
    setScrollOffset(static_cast<std::uint64_t>(std::max<std::int64_t>(0, to)));
}

QString CellMapView::toolTipAt(QPoint position) const
{
    const auto slot = m_geometry.slotAt(devicePoint(position), m_scroll);
    return slot && m_space ? plainToolTip(describe(m_geometry.cellsOfSlot(*slot))) : QString();
}

bool CellMapView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), toolTipAt(help->pos()), this);
        return true;
    }
    if (event->type() == QEvent::FontChange)
        m_painter.invalidate();
    return QWidget::event(event);
}

} // namespace fatlas::ui
