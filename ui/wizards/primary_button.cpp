#include "ui/wizards/primary_button.hpp"

#include "ui/base/theme.hpp"

#include <QPainter>

namespace fatlas::ui {

PrimaryButton::PrimaryButton(const QString& text, QWidget* parent) : QPushButton(text, parent)
{
    setAttribute(Qt::WA_Hover);
    setIconSize({scaled(16), scaled(16)});
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize PrimaryButton::sizeHint() const
{
    const int text = fontMetrics().horizontalAdvance(this->text());
    return {text + iconSize().width() + spacing(2) + 2 * spacing(3),
            fontMetrics().height() + 2 * spacing(2)};
}

void PrimaryButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    QColor fill = theme.color(Token::Accent);
    if (!isEnabled())
        fill = theme.color(Token::Line);
    else if (isDown() || underMouse())
        fill = mix(fill, theme.color(Token::Text), isDown() ? 0.25 : 0.12);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(hasFocus() ? QPen(theme.color(Token::Text), 2) : QPen(Qt::NoPen));
    painter.setBrush(fill);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), cornerRadius, cornerRadius);
    QRect content = rect().adjusted(spacing(3), 0, -spacing(3), 0);
    const QRect place(content.left(), (height() - iconSize().height()) / 2, iconSize().width(),
                      iconSize().height());
    icon().paint(&painter, place, Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled);
    content.setLeft(content.left() + iconSize().width() + spacing(2));
    painter.setPen(theme.color(isEnabled() ? Token::OnAccent : Token::Muted));
    painter.drawText(content, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, text());
}

} // namespace fatlas::ui
