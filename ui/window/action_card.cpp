#include "ui/window/action_card.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"

#include <QPainter>

namespace fatlas::ui {

namespace {

constexpr int iconSide = 28;

} // namespace

ActionCard::ActionCard(QLatin1String iconName, const QString& title, const QString& detail,
                       QWidget* parent)
    : QAbstractButton(parent), m_icon(iconName), m_detail(detail)
{
    setText(title);
    setAccessibleDescription(detail);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize ActionCard::sizeHint() const
{
    const int title = QFontMetrics(emphasized(font(), 1)).horizontalAdvance(text());
    const int detail = fontMetrics().horizontalAdvance(m_detail);
    const int width = scaled(iconSide) + spacing(3) + std::max(title, detail) + 2 * spacing(4);
    return {width, 2 * fontMetrics().height() + spacing(1) + 2 * spacing(4)};
}

void ActionCard::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool hot = underMouse() || hasFocus();
    const QColor panel = theme.color(Token::Panel);
    painter.setBrush(isDown() ? theme.color(Token::AccentSoft)
                     : hot    ? mix(panel, theme.color(Token::AccentSoft), 0.5)
                              : panel);
    painter.setPen(QPen(theme.color(hot ? Token::Accent : Token::Line), hasFocus() ? 2 : 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), cornerRadius, cornerRadius);
    const int side = scaled(iconSide);
    painter.drawPixmap(spacing(4), (height() - side) / 2,
                       iconPixmap(m_icon, side, devicePixelRatioF(), Token::Accent));
    const int left = spacing(4) + side + spacing(3);
    const int lines = 2 * fontMetrics().height() + spacing(1);
    const QRect upper(left, (height() - lines) / 2, width() - left, lines / 2);
    painter.setPen(theme.color(Token::Text));
    painter.setFont(emphasized(font(), 1));
    painter.drawText(upper, Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setPen(theme.color(Token::Muted));
    painter.setFont(font());
    painter.drawText(upper.translated(0, lines / 2), Qt::AlignLeft | Qt::AlignVCenter, m_detail);
}

} // namespace fatlas::ui
