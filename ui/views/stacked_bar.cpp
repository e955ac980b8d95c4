#include "ui/views/stacked_bar.hpp"

#include "ui/base/words.hpp"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace fatlas::ui {

StackedBar::StackedBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StackedBar::setParts(std::vector<Part> parts, std::uint64_t whole)
{
    m_parts = std::move(parts);
    m_whole = whole;
    update();
}

QSize StackedBar::sizeHint() const
{
    return {scaled(200), scaled(16)};
}

double StackedBar::xOf(std::uint64_t amount) const
{
    if (m_whole == 0)
        return 0;
    return width() * std::min(1.0, static_cast<double>(amount) / static_cast<double>(m_whole));
}

void StackedBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    QPainterPath outline;
    outline.addRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.fillPath(outline, theme.color(Token::Free));
    painter.save();
    painter.setClipPath(outline);
    std::uint64_t before = 0;
    for (const Part& part : m_parts) {
        if (part.amount == 0)
            continue;
        const double left = xOf(before);
        before += part.amount;
        const double right = std::max(xOf(before), left + 2); // a single cluster can be seen too
        painter.fillRect(QRectF(left, 0, right - left, height()), theme.color(part.token));
    }
    painter.restore();
    painter.setPen(QPen(mix(theme.color(Token::Line), theme.color(Token::Muted), 0.15), 1));
    painter.drawPath(outline);
}

bool StackedBar::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    std::uint64_t before = 0;
    QString text;
    for (const Part& part : m_parts) {
        before += part.amount;
        if (part.amount > 0 && help->pos().x() <= std::max(xOf(before), 2.0)) {
            text = part.toolTip;
            break;
        }
    }
    QToolTip::showText(help->globalPos(), plainToolTip(text), this);
    return true;
}

} // namespace fatlas::ui
