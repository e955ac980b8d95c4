#include "ui/views/everything_else_row.hpp"

#include "ui/base/words.hpp"

#include <QEvent>
#include <QPainter>

namespace fatlas::ui {

EverythingElseRow::EverythingElseRow(const QString& name, std::optional<Token> swatch,
                                     QWidget* parent)
    : QAbstractButton(parent), m_swatch(swatch)
{
    setText(name);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void EverythingElseRow::setCount(std::uint64_t count)
{
    m_count = countText(count);
    setAccessibleName(tr("%1: %2").arg(text(), m_count));
    updateGeometry();
    update();
}

QSize EverythingElseRow::sizeHint() const
{
    const int words =
        fontMetrics().horizontalAdvance(text()) + fontMetrics().horizontalAdvance(m_count);
    return {words + scaled(10) + 2 * spacing(3) + 2 * spacing(2),
            fontMetrics().height() + 2 * scaled(4)};
}

void EverythingElseRow::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme& theme = Theme::instance();
    if (isChecked() || underMouse())
        painter.fillRect(rect(),
                         isChecked() ? theme.color(Token::AccentSoft) : theme.color(Token::Window));
    const int side = scaled(10);
    const QRect swatch(spacing(3), (height() - side) / 2, side, side);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor outline = mix(theme.color(Token::Panel), theme.color(Token::Text), 0.2);
    painter.setPen(m_swatch ? QPen(outline, 1) : QPen(theme.color(Token::File), 1, Qt::DashLine));
    painter.setBrush(m_swatch ? QBrush(theme.color(*m_swatch)) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(swatch).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    const QRect room(swatch.right() + spacing(2), 0,
                     width() - swatch.right() - spacing(2) - spacing(3), height());
    painter.setPen(theme.color(Token::Muted));
    painter.drawText(room, Qt::AlignRight | Qt::AlignVCenter, m_count);
    painter.setPen(theme.color(Token::Text));
    const int left = room.width() - fontMetrics().horizontalAdvance(m_count) - spacing(2);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(text(), Qt::ElideRight, left));
    if (hasFocus()) {
        painter.setPen(theme.color(Token::Accent));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 0, -2, -1));
    }
}

bool EverythingElseRow::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    return QAbstractButton::event(event);
}

} // namespace fatlas::ui
