// Hands on the cluster map: keys, mouse, wheel, tooltips.
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr int wheelNotch = 120;
constexpr int rowsPerNotch = 3;

/// Where a cluster stands in a chain.
struct ChainPlace {
    std::size_t run = 0;
    std::uint32_t inRun = 0;
};

std::optional<ChainPlace> findInChain(const std::vector<ClusterRange>& runs, Cluster cluster)
{
    const auto found = std::ranges::find_if(
        runs, [cluster](const ClusterRange& run) { return run.contains(cluster); });
    if (found == runs.end())
        return std::nullopt;
    return ChainPlace{static_cast<std::size_t>(found - runs.begin()), cluster - found->first};
}

std::optional<Cluster> neighbourCluster(const std::vector<ClusterRange>& runs, ChainPlace at,
                                        int direction)
{
    const ClusterRange& run = runs[at.run];
    if (direction > 0 && at.inRun + 1 < run.count)
        return run.first + (at.inRun + 1);
    if (direction < 0 && at.inRun > 0)
        return run.first + (at.inRun - 1);
    if (direction > 0)
        return at.run + 1 < runs.size() ? std::optional(runs[at.run + 1].first) : std::nullopt;
    return at.run > 0 ? std::optional(runs[at.run - 1].end() - 1) : std::nullopt;
}

std::optional<Cluster> neighbourFragment(const std::vector<ClusterRange>& runs, ChainPlace at,
                                         int direction)
{
    if (direction > 0)
        return at.run + 1 < runs.size() ? std::optional(runs[at.run + 1].first) : std::nullopt;
    if (at.inRun > 0) // first back to the start of this one
        return runs[at.run].first;
    return at.run > 0 ? std::optional(runs[at.run - 1].first) : std::nullopt;
}

} // namespace

void ClusterMapView::keyPressEvent(QKeyEvent* event)
{
    if (!m_cells || !(zoomKey(*event) || chainKey(*event) || cursorKey(*event)))
        QWidget::keyPressEvent(event);
}

bool ClusterMapView::zoomKey(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomBy(1); return true;
    case Qt::Key_Minus: zoomBy(-1); return true;
    case Qt::Key_0: setZoom({}); return true;
    default: return false;
    }
}

bool ClusterMapView::chainKey(const QKeyEvent& event)
{
    const bool shift = event.modifiers() & Qt::ShiftModifier;
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier))
        return false;
    const Step step = shift ? Step::Fragment : Step::Cluster;
    switch (event.key()) {
    case Qt::Key_N: stepChain(step, 1); return true;
    case Qt::Key_P: stepChain(step, -1); return true;
    case Qt::Key_Home:
    case Qt::Key_End:
        if (m_selection.chain.empty())
            return false;
        goToChainEnd(event.key() == Qt::Key_Home ? -1 : 1);
        return true;
    default: return false;
    }
}

bool ClusterMapView::cursorKey(const QKeyEvent& event)
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
    case Qt::Key_End: setCursorCell(m_cells->cellCount() - 1); return true;
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

void ClusterMapView::moveCursorBy(std::int64_t slotCount)
{
    if (!m_cursor)
        return setCursorCell(visibleCells().first);
    const auto last = static_cast<std::int64_t>(m_geometry.slotCount()) - 1;
    const auto now = static_cast<std::int64_t>(m_geometry.slotOfCell(*m_cursor));
    const std::int64_t next = now + slotCount;
    if (next < 0 || next > last) // rows and pages stop at the ends, without changing the column
        return;
    setCursorCell(representative(static_cast<std::uint64_t>(next)));
}

void ClusterMapView::stepChain(Step step, int direction)
{
    if (m_selection.chain.empty()) {
        if (m_cursor)
            selectCell(*m_cursor);
        return;
    }
    std::optional<Cluster> now = m_focus ? m_focus->selection().cluster : std::nullopt;
    if (!now && m_cursor)
        now = m_cells->clusterOfCell(*m_cursor);
    const auto place = now ? findInChain(m_selection.chain, *now) : std::nullopt;
    if (!place)
        return selectCluster(m_selection.chain.front().first);
    const auto next = step == Step::Cluster
                          ? neighbourCluster(m_selection.chain, *place, direction)
                          : neighbourFragment(m_selection.chain, *place, direction);
    if (next)
        selectCluster(*next);
}

void ClusterMapView::goToChainEnd(int direction)
{
    const auto& chain = m_selection.chain;
    selectCluster(direction < 0 ? chain.front().first : chain.back().end() - 1);
}

void ClusterMapView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    if (const auto cell = cellAt(event->position().toPoint()))
        selectCell(*cell);
}

void ClusterMapView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        if (const auto cell = cellAt(event->position().toPoint()))
            Q_EMIT cellActivated(*cell);
}

void ClusterMapView::mouseMoveEvent(QMouseEvent* event)
{
    hoverAt(event->position().toPoint());
}

void ClusterMapView::hoverAt(QPoint position)
{
    const auto slot = m_geometry.slotAt(devicePoint(position), m_scroll);
    if (slot == m_hoveredSlot)
        return;
    m_hoveredSlot = slot;
    if (m_focus)
        m_focus->setHover(slot && m_cells ? hoverTargetOf(representative(*slot)) : FocusTarget{});
    Q_EMIT hoveredText(slot ? describe(m_geometry.cellsOfSlot(*slot)) : QString());
}

void ClusterMapView::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    hoverAt({-1, -1});
}

void ClusterMapView::wheelEvent(QWheelEvent* event)
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

void ClusterMapView::scrollByWheel(const QWheelEvent& event)
{
    const double notch = std::max(rowsPerNotch * m_geometry.pitch(),
                                  static_cast<int>(48 * m_geometry.devicePixelRatio()));
    const double pixels = event.pixelDelta().y() != 0
                              ? event.pixelDelta().y() * m_geometry.devicePixelRatio()
                              : event.angleDelta().y() * notch / wheelNotch;
    const auto to = static_cast<std::int64_t>(m_scroll) - static_cast<std::int64_t>(pixels);
    setScrollOffset(static_cast<std::uint64_t>(std::max<std::int64_t>(0, to)));
}

QString ClusterMapView::toolTipAt(QPoint position) const
{
    const auto slot = m_geometry.slotAt(devicePoint(position), m_scroll);
    return slot && m_cells ? plainToolTip(describe(m_geometry.cellsOfSlot(*slot))) : QString();
}

bool ClusterMapView::event(QEvent* event)
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
