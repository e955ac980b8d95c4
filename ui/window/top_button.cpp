#include "ui/window/top_button.hpp"

#include "ui/base/theme.hpp"

#include <QAction>
#include <QPainter>

namespace fatlas::ui {

TopButton::TopButton(QAction* action, Qt::ToolButtonStyle style, QWidget* parent)
    : QToolButton(parent)
{
    setDefaultAction(action);
    setToolButtonStyle(style);
    setIconSize({scaled(16), scaled(16)});
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(action->text());
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize TopButton::sizeHint() const
{
    int width = iconSize().width() + 2 * spacing(2);
    if (toolButtonStyle() == Qt::ToolButtonTextBesideIcon)
        width += spacing(2) + fontMetrics().horizontalAdvance(text());
    return {width, fontMetrics().height() + 2 * spacing(2)};
}

void TopButton::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool hot = isEnabled() && (underMouse() || isDown());
    painter.setBrush(hot ? QBrush(theme.color(Token::AccentSoft)) : QBrush(Qt::NoBrush));
    painter.setPen(hasFocus() ? QPen(theme.color(Token::Accent), 2) : QPen(Qt::NoPen));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), cornerRadius, cornerRadius);
    const QRect place(spacing(2), (height() - iconSize().height()) / 2, iconSize().width(),
                      iconSize().height());
    icon().paint(&painter, place, Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled);
    if (toolButtonStyle() != Qt::ToolButtonTextBesideIcon)
        return;
    painter.setPen(
        palette().color(isEnabled() ? QPalette::Normal : QPalette::Disabled, QPalette::ButtonText));
    const QRect words = rect().adjusted(place.right() + spacing(2), 0, 0, 0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, text());
}

} // namespace fatlas::ui
