#include "ui/views/chain_strip.hpp"

#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"

#include <QEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr std::size_t maxBoxes = 400;
constexpr int arrowLength = 44;
constexpr int maxGrowth = 60; ///< px a box grows at most with the length of its run

} // namespace

ChainStrip::ChainStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ChainStrip::setChain(std::vector<ClusterRange> runs, Token color, const QString& ending)
{
    m_runs = std::move(runs);
    m_color = color;
    m_ending = ending;
    m_current = -1;
    if (m_runs.size() > maxBoxes)
        m_ending = u"and "_s + countText(m_runs.size() - maxBoxes) +
                   u" more fragments, see the table; "_s + ending;
    layOut();
}

void ChainStrip::setCurrent(int run)
{
    m_current = run;
    update();
}

QRect ChainStrip::boxOf(int run) const
{
    const bool drawn = run >= 0 && static_cast<std::size_t>(run) < m_boxes.size();
    return drawn ? m_boxes[static_cast<std::size_t>(run)] : QRect();
}

void ChainStrip::layOut()
{
    const QFontMetrics metrics(font());
    const int height = metrics.height() + 2 * scaled(4);
    m_boxes.clear();
    int x = 2;
    for (std::size_t i = 0; i < std::min(m_runs.size(), maxBoxes); ++i) {
        const double growth = 8.0 * std::log2(static_cast<double>(std::max(m_runs[i].count, 1U)));
        const int width = metrics.horizontalAdvance(runText(m_runs[i])) + 2 * scaled(8) +
                          std::min(maxGrowth, static_cast<int>(growth));
        m_boxes.emplace_back(x, 2, width, height);
        x += width + scaled(arrowLength);
    }
    updateGeometry();
    resize(sizeHint());
    update();
}

QSize ChainStrip::sizeHint() const
{
    const QFontMetrics metrics(font());
    const int right = m_boxes.empty() ? 0 : m_boxes.back().right() + scaled(14);
    return {right + metrics.horizontalAdvance(m_ending) + scaled(8),
            metrics.height() + 2 * scaled(4) + 4};
}

void ChainStrip::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        if (i > 0)
            paintArrow(painter, m_boxes[i - 1], m_boxes[i]);
        if (m_boxes[i].intersects(event->rect()))
            paintBox(painter, static_cast<int>(i));
    }
    const int left = m_boxes.empty() ? 0 : m_boxes.back().right() + scaled(14);
    painter.setPen(Theme::instance().color(Token::Muted));
    painter.drawText(QRect(left, 0, width() - left, height()), Qt::AlignVCenter, m_ending);
}

void ChainStrip::paintBox(QPainter& painter, int run) const
{
    const Theme& theme = Theme::instance();
    const QColor color = theme.color(m_color);
    const QRectF box = QRectF(boxOf(run)).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setBrush(color);
    painter.setPen(run == m_current ? QPen(theme.color(Token::Selection), 2) : QPen(color, 1));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(readableOn(color));
    painter.drawText(box.adjusted(scaled(8), 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     runText(m_runs[static_cast<std::size_t>(run)]));
}

void ChainStrip::paintArrow(QPainter& painter, const QRect& from, const QRect& to) const
{
    const QColor color = Theme::instance().color(Token::Selection);
    const QPointF start(from.right() + 1, from.center().y() + 0.5);
    const QPointF end(to.left(), start.y());
    const double head = scaled(7);
    painter.setPen(QPen(color, 1.5));
    painter.drawLine(start, end - QPointF(head, 0));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(
        QPolygonF({end, end + QPointF(-head, -head * 0.45), end + QPointF(-head, head * 0.45)}));
}

void ChainStrip::mousePressEvent(QMouseEvent* event)
{
    for (std::size_t i = 0; i < m_boxes.size(); ++i)
        if (m_boxes[i].contains(event->position().toPoint()))
            Q_EMIT runClicked(static_cast<int>(i));
}

void ChainStrip::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        layOut();
}

} // namespace fatlas::ui
