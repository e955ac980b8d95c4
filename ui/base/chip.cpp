#include "ui/base/chip.hpp"

#include "ui/base/icons.hpp"

#include <QEvent>
#include <QPaintEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

Chip::Chip(const QString& text, QWidget* parent) : QAbstractButton(parent)
{
    setText(text);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    describe();
}

void Chip::setMark(Mark mark)
{
    m_mark = mark;
    describe();
}

void Chip::setSwatch(std::optional<Token> token)
{
    setSwatches(token ? std::vector{*token} : std::vector<Token>{});
}

void Chip::setSwatches(std::vector<Token> tokens)
{
    m_swatches = std::move(tokens);
    describe();
}

void Chip::setDetail(const QString& detail)
{
    if (detail == m_detail)
        return;
    m_detail = detail;
    describe();
}

void Chip::setCurrent(bool current)
{
    m_current = current;
    describe();
}

void Chip::setDimmed(bool dimmed)
{
    m_dimmed = dimmed;
    update();
}

void Chip::describe()
{
    QString name = text();
    if (!m_detail.isEmpty())
        name += u": "_s + m_detail;
    if (m_mark != Mark::None)
        name += m_mark == Mark::Check ? tr(", fits") : tr(", does not fit");
    if (m_current)
        name += tr(", in use");
    setAccessibleName(name);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const QFontMetrics metrics(font());
    int width = 2 * scaled(8) + metrics.horizontalAdvance(text()) + 2;
    if (!m_detail.isEmpty())
        width += scaled(6) + metrics.horizontalAdvance(m_detail);
    if (!m_swatches.empty())
        width += swatchWidth() + scaled(6);
    if (m_mark != Mark::None)
        width += scaled(14) + scaled(6);
    return {width, metrics.height() + 2 * scaled(3) + 2};
}

bool Chip::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    return QAbstractButton::event(event);
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    if (m_dimmed)
        painter.setOpacity(0.45);
    const bool marked = m_current || isChecked() || hasFocus();
    const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(QPen(theme.color(marked ? Token::Accent : Token::Line), hasFocus() ? 2 : 1.2));
    painter.setBrush(theme.color(underMouse() && isEnabled() ? Token::AccentSoft : Token::Panel));
    painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2);

    int x = scaled(8);
    if (m_mark != Mark::None)
        x += paintMark(painter, x);
    if (!m_swatches.empty())
        x += paintSwatches(painter, x);
    painter.setPen(theme.color(isEnabled() ? Token::Text : Token::Muted));
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter, text());
    x += fontMetrics().horizontalAdvance(text()) + scaled(6);
    painter.setPen(theme.color(Token::Muted));
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter, m_detail);
}

/// Returns the width it took, as paintSwatch() does.
int Chip::paintMark(QPainter& painter, int left) const
{
    const int side = scaled(14);
    const QPixmap mark = m_mark == Mark::Check
                             ? iconPixmap("check"_L1, side, devicePixelRatioF(), Token::Text)
                             : iconPixmap("x"_L1, side, devicePixelRatioF(), Token::Muted);
    painter.drawPixmap(left, (height() - side) / 2, mark);
    return side + scaled(6);
}

/// One square, or a row of narrow stripes.
int Chip::swatchWidth() const
{
    const auto count = static_cast<int>(m_swatches.size());
    return count == 1 ? scaled(11) : count * scaled(6);
}

int Chip::paintSwatches(QPainter& painter, int left) const
{
    const Theme& theme = Theme::instance();
    const int side = scaled(11);
    const int top = (height() - side) / 2;
    const double width =
        static_cast<double>(swatchWidth()) / static_cast<double>(m_swatches.size());
    for (std::size_t i = 0; i < m_swatches.size(); ++i) {
        const QColor color = theme.color(m_swatches[i]);
        painter.setPen(QPen(mix(color, theme.color(Token::Text), 0.15), 1));
        painter.setBrush(color);
        painter.drawRoundedRect(
            QRectF(left + 0.5 + static_cast<double>(i) * width, top + 0.5, width - 1, side - 1), 2,
            2);
    }
    return swatchWidth() + scaled(6);
}

ChipRow::ChipRow(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

Chip* ChipRow::addChip(const QString& text)
{
    auto* chip = new Chip(text, this);
    m_chips.push_back(chip);
    addWidget(chip);
    return chip;
}

void ChipRow::addWidget(QWidget* widget)
{
    widget->setParent(this);
    m_items.push_back(widget);
    widget->show();
    updateGeometry();
    arrange(width(), Move::Yes);
}

void ChipRow::clear()
{
    for (QWidget* item : m_items)
        item->deleteLater();
    for (QWidget* item : m_items)
        item->hide();
    m_items.clear();
    m_chips.clear();
    updateGeometry();
}

int ChipRow::arrange(int width, Move move) const
{
    int lineHeight = 0; // the same for all lines
    for (const QWidget* item : m_items)
        if (!item->isHidden())
            lineHeight = std::max(lineHeight, item->sizeHint().height());
    int x = 0;
    int y = 0;
    for (QWidget* item : m_items) {
        if (item->isHidden())
            continue;
        const QSize size = item->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += lineHeight + scaled(6);
        }
        if (move == Move::Yes)
            item->setGeometry(QRect(QPoint(x, y + (lineHeight - size.height()) / 2), size));
        x += size.width() + scaled(8);
    }
    return y + lineHeight;
}

int ChipRow::heightForWidth(int width) const
{
    return arrange(width, Move::No);
}

QSize ChipRow::sizeHint() const
{
    int width = 0;
    for (const QWidget* item : m_items)
        if (!item->isHidden())
            width += item->sizeHint().width() + scaled(8);
    return {width, arrange(std::max(width, 1), Move::No)};
}

QSize ChipRow::minimumSizeHint() const
{
    int width = 0;
    for (const QWidget* item : m_items)
        if (!item->isHidden())
            width = std::max(width, item->sizeHint().width());
    return {width, arrange(std::max(this->width(), width), Move::No)};
}

void ChipRow::resizeEvent(QResizeEvent*)
{
    arrange(width(), Move::Yes);
    updateGeometry();
}

bool ChipRow::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest) {
        arrange(width(), Move::Yes);
        updateGeometry();
    }
    return QWidget::event(event);
}

} // namespace fatlas::ui
