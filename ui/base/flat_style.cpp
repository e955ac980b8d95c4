#include "ui/base/flat_style.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/theme.hpp"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QColor color(Token token)
{
    return Theme::instance().color(token);
}

void drawBox(QPainter& painter, const QRect& rect, const QColor& fill, const QColor& border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(border, 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), cornerRadius,
                            cornerRadius);
    painter.restore();
}

QColor borderFor(const QStyleOption& option)
{
    const bool focused = (option.state & QStyle::State_HasFocus) != 0;
    return color(focused ? Token::Accent : Token::Line);
}

bool isDefault(const QStyleOption* option)
{
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    return button && (button->features & QStyleOptionButton::DefaultButton) &&
           (button->state & QStyle::State_Enabled);
}

void drawButton(QPainter& painter, const QStyleOption& option)
{
    const bool accented = isDefault(&option);
    QColor fill = color(accented ? Token::Accent : Token::Panel);
    const bool enabled = (option.state & QStyle::State_Enabled) != 0;
    if (!enabled)
        fill = color(Token::Window);
    else if (option.state & (QStyle::State_Sunken | QStyle::State_On))
        fill = accented ? mix(fill, color(Token::Text), 0.2) : color(Token::AccentSoft);
    else if (option.state & QStyle::State_MouseOver)
        fill = mix(fill, color(Token::Text), accented ? 0.08 : 0.04);
    QColor border = accented ? fill : color(Token::Line);
    if (option.state & QStyle::State_HasFocus)
        border = accented ? color(Token::Text) : color(Token::Accent);
    drawBox(painter, option.rect, fill, border);
}

void drawToolPanel(QPainter& painter, const QStyleOption& option)
{
    const bool lit = option.state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hovered =
        (option.state & QStyle::State_MouseOver) && (option.state & QStyle::State_Enabled);
    const bool focused = (option.state & QStyle::State_HasFocus) != 0;
    if (lit || hovered || focused)
        drawBox(painter, option.rect,
                lit ? color(Token::AccentSoft) : mix(color(Token::Panel), color(Token::Text), 0.05),
                focused ? color(Token::Accent) : QColor(Qt::transparent));
}

void drawField(QPainter& painter, const QStyleOption& option)
{
    const bool enabled = (option.state & QStyle::State_Enabled) != 0;
    drawBox(painter, option.rect, color(enabled ? Token::Panel : Token::Window), borderFor(option));
}

void drawTab(QPainter& painter, const QStyleOptionTab& tab)
{
    const bool selected = (tab.state & QStyle::State_Selected) != 0;
    if (selected)
        painter.fillRect(QRect(tab.rect.left(), tab.rect.bottom() - 1, tab.rect.width(), 2),
                         color(Token::Accent));
    else if (tab.state & QStyle::State_MouseOver)
        painter.fillRect(QRect(tab.rect.left(), tab.rect.bottom() - 1, tab.rect.width(), 2),
                         color(Token::Line));
    if (tab.state & QStyle::State_HasFocus)
        drawBox(painter, tab.rect.adjusted(2, 2, -2, -4), Qt::transparent, color(Token::Accent));
}

void drawCombo(QPainter& painter, const QStyleOptionComboBox& combo, const QWidget* widget)
{
    drawField(painter, combo);
    const int side = scaled(16);
    const double ratio = widget ? widget->devicePixelRatioF() : 1.0;
    const QPoint at(combo.rect.right() - side - scaled(6), combo.rect.center().y() - side / 2);
    const bool enabled = (combo.state & QStyle::State_Enabled) != 0;
    painter.drawPixmap(
        at, iconPixmap("chevron-down"_L1, side, ratio, enabled ? Token::Text : Token::Muted));
}

} // namespace

FlatStyle::FlatStyle() : QProxyStyle(u"fusion"_s) {}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option,
                              QPainter* painter, const QWidget* widget) const
{
    switch (element) {
    case PE_PanelButtonCommand: return drawButton(*painter, *option);
    case PE_PanelButtonTool: return drawToolPanel(*painter, *option);
    case PE_PanelLineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame && frame->lineWidth > 0)
            return drawField(*painter, *option);
        break;
    }
    case PE_Frame: return drawBox(*painter, option->rect, Qt::transparent, borderFor(*option));
    case PE_FrameTabBarBase:
        return painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            color(Token::Line));
    case PE_FrameStatusBarItem: return;
    case PE_FrameFocusRect:
        if (widget && (widget->inherits("QPushButton") || widget->inherits("QTabBar") ||
                       widget->inherits("QComboBox")))
            return; // their border says so
        break;
    default: break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void FlatStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                            const QWidget* widget) const
{
    switch (element) {
    case CE_PushButtonLabel:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            button && isDefault(button)) {
            QStyleOptionButton accented = *button;
            accented.palette.setColor(QPalette::ButtonText, color(Token::OnAccent));
            return QProxyStyle::drawControl(element, &accented, painter, widget);
        }
        break;
    case CE_TabBarTabShape:
        if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
            tab && (tab->shape == QTabBar::RoundedNorth || tab->shape == QTabBar::TriangularNorth))
            return drawTab(*painter, *tab);
        break;
    case CE_ToolBar:
        painter->fillRect(option->rect, color(Token::Panel));
        painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            color(Token::Line));
        return;
    case CE_Splitter: return painter->fillRect(option->rect, color(Token::Line));
    default: break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void FlatStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                   QPainter* painter, const QWidget* widget) const
{
    if (control == CC_ComboBox)
        if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
            combo && combo->frame)
            return drawCombo(*painter, *combo, widget);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QSize FlatStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                  const QWidget* widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_PushButton || type == CT_LineEdit || type == CT_ComboBox)
        result.setHeight(std::max(result.height(), option->fontMetrics.height() + 2 * scaled(7)));
    if (type == CT_PushButton)
        result.rwidth() += scaled(4);
    return result;
}

QRect FlatStyle::subElementRect(SubElement element, const QStyleOption* option,
                                const QWidget* widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0)
        return rect.adjusted(scaled(4), 0, -scaled(4), 0);
    return rect;
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                           const QWidget* widget) const
{
    switch (metric) {
    case PM_SplitterWidth: return 1;
    case PM_TabBarTabHSpace: return scaled(24);
    case PM_TabBarTabVSpace: return scaled(14);
    case PM_TabBarTabShiftVertical: return 0;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

} // namespace fatlas::ui
