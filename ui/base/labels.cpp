#include "ui/base/labels.hpp"

#include "ui/base/words.hpp"

#include <QFontMetrics>
#include <QPaintEvent>
#include <QPainter>
#include <QPalette>

namespace fatlas::ui {

ThemedLabel::ThemedLabel(const QString& text, Token token, QWidget* parent)
    : QLabel(text, parent), m_token(token)
{
    setTextFormat(Qt::PlainText);            // names from disks must not become markup
    setForegroundRole(QPalette::WindowText); // else the part around it chooses the role
    connect(&Theme::instance(), &Theme::changed, this, &ThemedLabel::retheme);
    retheme();
}

void ThemedLabel::setToken(Token token)
{
    m_token = token;
    retheme();
}

void ThemedLabel::retheme()
{
    QPalette palette = this->palette();
    palette.setColor(QPalette::WindowText, Theme::instance().color(m_token));
    setPalette(palette);
}

SectionLabel::SectionLabel(const QString& text, QWidget* parent)
    : ThemedLabel(text, Token::Muted, parent)
{
    setFont(emphasized(font(), -0.5));
}

ElidedLabel::ElidedLabel(const QString& text, Qt::TextElideMode mode, QWidget* parent)
    : QFrame(parent), m_mode(mode)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    setText(text);
}

void ElidedLabel::setText(const QString& text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    updateToolTip();
    updateGeometry();
    update();
}

void ElidedLabel::setToken(Token token)
{
    m_token = token;
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_text) + 2, metrics.height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics(font());
    return {std::min(sizeHint().width(), metrics.averageCharWidth() * 6), metrics.height() + 2};
}

void ElidedLabel::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setPen(Theme::instance().color(m_token));
    const QString cut = fontMetrics().elidedText(m_text, m_mode, contentsRect().width());
    painter.drawText(contentsRect(), static_cast<int>(m_alignment) | Qt::TextSingleLine, cut);
}

void ElidedLabel::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    updateToolTip();
}

void ElidedLabel::updateToolTip()
{
    const bool cut = fontMetrics().horizontalAdvance(m_text) > contentsRect().width();
    setToolTip(cut ? plainToolTip(m_text) : QString());
}

Separator::Separator(Qt::Orientation orientation, QWidget* parent) : QWidget(parent)
{
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Separator::paintEvent(QPaintEvent* event)
{
    QPainter(this).fillRect(event->rect(), Theme::instance().color(Token::Line));
}

} // namespace fatlas::ui
