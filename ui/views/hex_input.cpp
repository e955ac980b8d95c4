// Hands on the hex view: keys, mouse, wheel.
#include "ui/views/hex_view.hpp"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr int wheelNotch = 120;
constexpr int rowsPerNotch = 3;
constexpr int dragScrollMs = 40;

/// From `place` by so many bytes, staying where it is when that would leave [0, size).
std::uint64_t stepped(std::uint64_t place, std::int64_t by, std::uint64_t size)
{
    if (by < 0) {
        const auto back = static_cast<std::uint64_t>(-by);
        return back <= place ? place - back : place;
    }
    const auto on = static_cast<std::uint64_t>(by);
    return on < size - place ? place + on : place;
}

} // namespace

void HexView::keyPressEvent(QKeyEvent* event)
{
    if (m_space->size() != 0 && moveKey(*event))
        return event->accept();
    if (m_editable && m_space->size() != 0 && typeKey(*event))
        return event->accept();
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    // Not every platform makes a request for the menu of it.
    if (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier)
        return requestMenu();
    event->ignore(); // the scroll area would take keys that are the panel's
}

/// Two digits make a byte, then the cursor goes on; a character is one at once.
bool HexView::typeKey(const QKeyEvent& event)
{
    constexpr std::uint8_t wholeByte = 0xFF;
    constexpr std::uint8_t upperDigit = 0xF0;
    constexpr std::uint8_t lowerDigit = 0x0F;
    const QString text = event.text();
    const bool isCommand =
        event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
    if (isCommand || text.size() != 1 || !text.front().isPrint())
        return false;
    const std::uint64_t place = m_cursor;
    if (m_column != HexColumn::Hex) {
        const char16_t character = text.front().unicode();
        if (character > 0x7E) // what it is on the disk depends on the code page
            return false;
        Q_EMIT typed(place, static_cast<std::uint8_t>(character), wholeByte);
    } else {
        bool isDigit = false;
        const auto digit = static_cast<std::uint8_t>(text.toUInt(&isDigit, 16));
        if (!isDigit)
            return false;
        if (m_halfTyped != place) {
            m_halfTyped = place;
            Q_EMIT typed(place, static_cast<std::uint8_t>(digit << 4), upperDigit);
            return true;
        }
        Q_EMIT typed(place, digit, lowerDigit);
    }
    m_halfTyped.reset();
    moveCursor(stepped(place, 1, m_space->size()), false);
    return true;
}

bool HexView::moveKey(const QKeyEvent& event)
{
    const auto modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const bool extend = modifiers & Qt::ShiftModifier;
    const bool control = modifiers & Qt::ControlModifier;
    if (modifiers & (Qt::AltModifier | Qt::MetaModifier))
        return false;
    const std::uint64_t size = m_space->size();
    const std::int64_t row = m_geometry.bytesPerRow();
    const std::int64_t page = row * std::max(1, m_geometry.fullRows() - 1);
    const std::uint64_t rowStart = m_cursor - m_cursor % static_cast<std::uint64_t>(row);
    const auto by = [&](std::int64_t count) {
        moveCursor(stepped(m_cursor, count, size), extend);
        return true;
    };
    switch (event.key()) {
    case Qt::Key_Left: return by(-1);
    case Qt::Key_Right: return by(1);
    case Qt::Key_Up: return by(-row);
    case Qt::Key_Down: return by(row);
    case Qt::Key_PageUp: return by(m_cursor >= static_cast<std::uint64_t>(page) ? -page : 0);
    case Qt::Key_PageDown: return by(page);
    case Qt::Key_Home: moveCursor(control ? 0 : rowStart, extend); return true;
    case Qt::Key_End:
        moveCursor(control ? size - 1 : rowStart + static_cast<std::uint64_t>(row) - 1, extend);
        return true;
    default: return false;
    }
}

void HexView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return QAbstractScrollArea::mousePressEvent(event);
    const auto hit = m_geometry.hitAt(contentPoint(event->position().toPoint()), m_topRow);
    if (!hit)
        return;
    m_column = hit->column;
    m_dragging = true;
    moveCursor(hit->place, event->modifiers() & Qt::ShiftModifier, Move::Jump);
}

void HexView::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    if (m_dragging && (event->buttons() & Qt::LeftButton))
        dragTo(point);
    else
        hoverAt(point);
}

/// Beyond the upper or lower edge it scrolls by itself.
void HexView::dragTo(QPoint point)
{
    m_dragPoint = point;
    const int top = m_geometry.metrics().headerHeight;
    const int bottom = viewport()->height() - 1;
    const bool outside = point.y() < top || point.y() > bottom;
    if (outside && !m_dragScroll.isActive())
        m_dragScroll.start(dragScrollMs, this);
    else if (!outside)
        m_dragScroll.stop();
    point.setY(std::clamp(point.y(), top, std::max(top, bottom)));
    const auto hit = m_geometry.hitAt(contentPoint(point), m_topRow);
    const std::uint64_t place = hit ? hit->place : m_space->size() - 1;
    if (place != m_cursor)
        moveCursor(place, true);
}

void HexView::timerEvent(QTimerEvent* event)
{
    if (event->timerId() != m_dragScroll.timerId())
        return QAbstractScrollArea::timerEvent(event);
    scrollRows(m_dragPoint.y() < m_geometry.metrics().headerHeight ? -1 : 1);
    dragTo(m_dragPoint);
}

void HexView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        m_dragging = false;
        m_dragScroll.stop();
    }
    QAbstractScrollArea::mouseReleaseEvent(event);
}

void HexView::hoverAt(std::optional<QPoint> point)
{
    const auto place = point ? placeAt(*point) : std::nullopt;
    if (place == m_hovered)
        return;
    m_hovered = place;
    Q_EMIT hovered(place);
}

void HexView::wheelEvent(QWheelEvent* event)
{
    event->accept();
    m_wheelRest += event->angleDelta().y();
    const int rows = m_wheelRest * rowsPerNotch / wheelNotch;
    m_wheelRest -= rows * wheelNotch / rowsPerNotch;
    scrollRows(-rows);
    hoverAt(event->position().toPoint());
}

void HexView::contextMenuEvent(QContextMenuEvent* event)
{
    if (event->reason() == QContextMenuEvent::Mouse) {
        const auto place = placeAt(viewport()->mapFromGlobal(event->globalPos()));
        if (place && !selection().contains(*place))
            moveCursor(*place, false, Move::Jump);
        Q_EMIT menuRequested(event->globalPos());
        return;
    }
    requestMenu();
}

void HexView::requestMenu()
{
    const QRect cell = rectOf(m_cursor).value_or(QRect(QPoint(), QSize(1, 1)));
    Q_EMIT menuRequested(viewport()->mapToGlobal(cell.bottomLeft()));
}

bool HexView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        hoverAt(std::nullopt);
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto place = placeAt(help->pos());
        QToolTip::showText(help->globalPos(), place ? describe(*place) : QString(), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace fatlas::ui
