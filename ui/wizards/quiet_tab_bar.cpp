#include "ui/wizards/quiet_tab_bar.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QPainter>

namespace fatlas::ui {

QuietTabBar::QuietTabBar(QWidget* parent) : QTabBar(parent)
{
    setDrawBase(false);
    setExpanding(false);
    setAttribute(Qt::WA_Hover);
    setElideMode(Qt::ElideRight);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QString QuietTabBar::numberOf(int index) const
{
    const QVariant number = tabData(index);
    return number.isValid() ? countText(number.toULongLong()) : QString();
}

QSize QuietTabBar::tabSizeHint(int index) const
{
    const QFontMetrics bold(emphasized(font()));
    const QString number = numberOf(index);
    int width = bold.horizontalAdvance(tabText(index)) + 2 * spacing(3);
    if (!number.isEmpty())
        width += spacing(1) + fontMetrics().horizontalAdvance(number);
    if (!tabIcon(index).isNull())
        width += iconSize().width() + spacing(2);
    if (tabsClosable())
        width += scaled(20);
    return {width, fontMetrics().height() + 2 * spacing(2)};
}

void QuietTabBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme& theme = Theme::instance();
    painter.fillRect(rect(), theme.color(Token::Panel));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.color(Token::Line));
    for (int index = 0; index < count(); ++index)
        paintTab(painter, index);
}

void QuietTabBar::paintTab(QPainter& painter, int index) const
{
    const Theme& theme = Theme::instance();
    const bool current = index == currentIndex();
    const QRect tab = tabRect(index);
    QRect room = tab.adjusted(spacing(3), 0, -spacing(2), 0);
    if (!tabIcon(index).isNull()) {
        const QRect place(room.left(), room.center().y() - iconSize().height() / 2 + 1,
                          iconSize().width(), iconSize().height());
        tabIcon(index).paint(&painter, place);
        room.setLeft(place.right() + spacing(2));
    }
    painter.setFont(current ? emphasized(font()) : font());
    painter.setPen(theme.color(Token::Text));
    const QString text = tabText(index).replace(QStringLiteral("&&"), QStringLiteral("&"));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, text);
    room.setLeft(room.left() + painter.fontMetrics().horizontalAdvance(text) + spacing(1));
    painter.setFont(font());
    painter.setPen(theme.color(Token::Muted));
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, numberOf(index));
    if (current)
        painter.fillRect(QRect(tab.left(), height() - 2, tab.width(), 2),
                         theme.color(Token::Accent));
    if (current && hasFocus()) {
        painter.setPen(theme.color(Token::Accent));
        painter.drawRect(tab.adjusted(2, 2, -3, -4));
    }
}

} // namespace fatlas::ui
