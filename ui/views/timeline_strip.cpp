#include "ui/views/timeline_strip.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/views/timeline_accessible.hpp"

#include <QFocusEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr std::int64_t minWindowNs = 1'000'000; // a millisecond
constexpr double notch = 120;
constexpr double zoomStep = 1.25;
constexpr std::uint64_t pagesOfAll = 20;
constexpr std::int64_t minPage = 10;
constexpr double barShare = 0.66; ///< of the height, above the line

double heightOf(std::uint64_t count, std::uint64_t most)
{
    return most == 0 ? 0 : std::sqrt(static_cast<double>(count) / static_cast<double>(most));
}

} // namespace

TimelineStrip::TimelineStrip(ServeTimeline& timeline, QWidget* parent)
    : QWidget(parent), m_timeline(timeline)
{
    installTimelineAccessibility();
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Timeline of writes"));
    setAccessibleDescription(
        tr("Left and Right step a write, Page Up and Page Down many, Home and End go to the first "
           "and last moment, Space plays, Escape goes back to live, plus and minus zoom."));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    connect(&m_timeline, &ServeTimeline::spanChanged, this, &TimelineStrip::follow);
    connect(&m_timeline, &ServeTimeline::momentChanged, this, &TimelineStrip::follow);
    connect(&m_timeline, &ServeTimeline::momentChanged, this, &TimelineStrip::announce);
    follow();
}

void TimelineStrip::announce()
{
    announceTimelineMoment(this);
}

/// All of it, or what was zoomed to, moved as far as it takes to see the moment.
void TimelineStrip::follow()
{
    const serve::JournalSpan& span = m_timeline.span();
    if (!m_isZoomed) {
        m_fromNs = span.oldestNs;
        m_toNs = std::max(span.newestNs, span.oldestNs + minWindowNs);
    } else {
        const std::int64_t at = m_timeline.timeOf(m_timeline.place());
        const std::int64_t width = m_toNs - m_fromNs;
        if (at < m_fromNs || at > m_toNs)
            m_fromNs = at - width / 2;
        m_fromNs = std::max(std::min(m_fromNs, span.newestNs - width), span.oldestNs);
        m_toNs = m_fromNs + width;
    }
    update();
}

QString TimelineStrip::valueText() const
{
    if (!m_timeline.journal())
        return tr("no timeline");
    return m_timeline.moment() ? m_timeline.placeText()
                               : tr("live, %1").arg(m_timeline.placeText());
}

QSize TimelineStrip::sizeHint() const
{
    return {scaled(600), scaled(110)};
}

QSize TimelineStrip::minimumSizeHint() const
{
    return {scaled(120), scaled(60)};
}

QRect TimelineStrip::bars() const
{
    const int below = fontMetrics().height() + spacing(1);
    return rect().adjusted(spacing(3), spacing(2), -spacing(3), -below - spacing(1));
}

double TimelineStrip::xOf(std::int64_t timeNs) const
{
    const QRect room = bars();
    const double share =
        static_cast<double>(timeNs - m_fromNs) / static_cast<double>(m_toNs - m_fromNs);
    return room.left() + share * room.width();
}

std::int64_t TimelineStrip::timeAt(double x) const
{
    const QRect room = bars();
    const double share = std::clamp((x - room.left()) / std::max(room.width(), 1), 0.0, 1.0);
    return m_fromNs + static_cast<std::int64_t>(share * static_cast<double>(m_toNs - m_fromNs));
}

void TimelineStrip::zoom(double factor, double x)
{
    const serve::JournalSpan& span = m_timeline.span();
    const std::int64_t whole = std::max(span.newestNs - span.oldestNs, minWindowNs);
    const std::int64_t at = timeAt(x);
    const double share =
        static_cast<double>(at - m_fromNs) / static_cast<double>(m_toNs - m_fromNs);
    const auto width = static_cast<std::int64_t>(
        std::clamp(static_cast<double>(m_toNs - m_fromNs) / factor,
                   static_cast<double>(minWindowNs), static_cast<double>(whole)));
    m_isZoomed = width < whole;
    if (m_isZoomed) {
        m_fromNs = std::clamp(at - static_cast<std::int64_t>(share * static_cast<double>(width)),
                              span.oldestNs, span.oldestNs + whole - width);
        m_toNs = m_fromNs + width;
    } else {
        follow();
    }
    update();
}

void TimelineStrip::showAll()
{
    m_isZoomed = false;
    follow();
}

void TimelineStrip::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.fillRect(rect(), theme.color(Token::Panel));
    const QRect room = bars();
    const double middle = room.top() + room.height() * barShare;
    painter.fillRect(QRectF(room.left(), middle - 0.5, room.width(), 1), theme.color(Token::Line));
    if (!m_timeline.journal() || m_timeline.span().newest == 0) {
        painter.setPen(theme.color(Token::Muted));
        painter.drawText(room, Qt::AlignCenter, valueText());
    } else {
        paintBars(painter, room);
        paintCursor(painter, room);
        paintTimes(painter);
    }
    if (hasFocus()) {
        painter.setPen(QPen(theme.color(Token::Accent), 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void TimelineStrip::paintBars(QPainter& painter, const QRect& room) const
{
    const Theme& theme = Theme::instance();
    const int step = std::max(2, scaled(3));
    const auto count = static_cast<std::size_t>(std::max(room.width() / step, 1));
    const auto columns = m_timeline.journal()->index().columns(m_fromNs, m_toNs + 1, count);
    std::uint64_t most = 0;
    for (const auto& column : columns)
        most = std::max({most, column.writes, column.zeroes + column.trims});
    const double middle = room.top() + room.height() * barShare;
    const double above = middle - room.top();
    const double under = room.bottom() - middle;
    const QColor solid = theme.color(Token::GuestWrite);
    const double width = static_cast<double>(room.width()) / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& column = columns[i];
        const double x = room.left() + width * static_cast<double>(i);
        const double bar = std::max(1.0, width - 1);
        if (column.writes != 0) {
            const double height = std::max(2.0, above * heightOf(column.writes, most));
            painter.fillRect(QRectF(x, middle - height, bar, height), solid);
        }
        double at = middle + 1;
        if (column.zeroes != 0) {
            const double height = std::max(3.0, under * heightOf(column.zeroes, most) / 2);
            painter.setPen(QPen(solid, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(QRectF(x + 0.5, at + 0.5, bar - 1, height - 1));
            at += height + 1;
        }
        if (column.trims != 0) {
            const double height = std::max(3.0, under * heightOf(column.trims, most) / 2);
            painter.fillRect(QRectF(x, at, bar, height), QBrush(solid, Qt::Dense5Pattern));
        }
    }
}

void TimelineStrip::paintCursor(QPainter& painter, const QRect& room) const
{
    const Theme& theme = Theme::instance();
    const double x = m_timeline.moment() ? xOf(m_timeline.timeOf(m_timeline.place()))
                                         : static_cast<double>(room.right());
    if (m_timeline.moment()) {
        QColor veil = theme.color(Token::Panel);
        veil.setAlphaF(0.6F);
        painter.fillRect(QRectF(QPointF(x, room.top()), QPointF(room.right() + 1.0, room.bottom())),
                         veil);
    }
    const QColor accent = theme.color(Token::Accent);
    painter.fillRect(QRectF(x - 1, room.top() - spacing(1), 2, room.height() + spacing(1)), accent);
    const double half = scaled(5);
    const double top = room.top() - spacing(1);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(accent);
    painter.drawPolygon(QPolygonF{{x - half, top}, {x + half, top}, {x, top + half + 1}});
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// Those of the ends, and between them where there is room.
void TimelineStrip::paintTimes(QPainter& painter) const
{
    painter.setPen(Theme::instance().color(Token::Muted));
    const QRect room = bars();
    const QRect line(room.left(), room.bottom() + spacing(1), room.width(),
                     fontMetrics().height() + 1);
    const int wide = fontMetrics().horizontalAdvance(momentTimeText(m_fromNs)) + spacing(4);
    const int count = std::clamp(room.width() / std::max(wide, 1), 1, 7);
    for (int i = 0; i < count; ++i) {
        const double share = count == 1 ? 0 : static_cast<double>(i) / (count - 1);
        const auto time =
            m_fromNs + static_cast<std::int64_t>(share * static_cast<double>(m_toNs - m_fromNs));
        const int x = line.left() + static_cast<int>(share * (line.width() - wide));
        const int align = i == 0           ? Qt::AlignLeft
                          : i + 1 == count ? Qt::AlignRight
                                           : Qt::AlignHCenter;
        painter.drawText(QRect(x, line.top(), wide, line.height()), align, momentTimeText(time));
    }
}

void TimelineStrip::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    update();
}

void TimelineStrip::goToX(double x)
{
    if (!m_timeline.journal())
        return;
    m_timeline.pause();
    m_timeline.goTo(m_timeline.journal()->index().momentAt(timeAt(x)));
}

void TimelineStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        goToX(event->position().x());
}

void TimelineStrip::mouseMoveEvent(QMouseEvent* event)
{
    if ((event->buttons() & Qt::LeftButton) != 0)
        goToX(event->position().x());
}

void TimelineStrip::wheelEvent(QWheelEvent* event)
{
    const double notches = event->angleDelta().y() / notch;
    if (notches != 0)
        zoom(std::pow(zoomStep, notches), event->position().x());
    event->accept();
}

std::int64_t TimelineStrip::page() const
{
    const serve::JournalSpan& span = m_timeline.span();
    return std::max(minPage, static_cast<std::int64_t>((span.newest - span.oldest) / pagesOfAll));
}

void TimelineStrip::keyPressEvent(QKeyEvent* event)
{
    const double cursor = xOf(m_timeline.timeOf(m_timeline.place()));
    switch (event->key()) {
    case Qt::Key_Left: m_timeline.step(-1); break;
    case Qt::Key_Right: m_timeline.step(1); break;
    case Qt::Key_PageUp: m_timeline.step(-page()); break;
    case Qt::Key_PageDown: m_timeline.step(page()); break;
    case Qt::Key_Home:
        m_timeline.pause();
        m_timeline.goTo(0);
        break;
    case Qt::Key_End:
        m_timeline.pause();
        m_timeline.goTo(m_timeline.span().newest);
        break;
    case Qt::Key_Space: m_timeline.togglePlay(); break;
    case Qt::Key_Escape: m_timeline.goLive(); break;
    case Qt::Key_Plus: zoom(zoomStep, cursor); break;
    case Qt::Key_Minus: zoom(1 / zoomStep, cursor); break;
    case Qt::Key_0: showAll(); break;
    default: QWidget::keyPressEvent(event);
    }
}

bool TimelineStrip::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_timeline.journal()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const std::int64_t time = timeAt(help->pos().x());
        const std::uint64_t moment = m_timeline.journal()->index().momentAt(time);
        QToolTip::showText(
            help->globalPos(),
            tr("%1: write %2 of %3\nAbove the line writes, below it zeros (hollow) "
               "and trims (hatched)")
                .arg(momentTimeText(time), countText(moment), countText(m_timeline.span().newest)),
            this);
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

} // namespace fatlas::ui
