#include "ui/window/heat_legend.hpp"

#include "ui/base/theme.hpp"

#include <QPainter>

namespace fatlas::ui {

namespace {

constexpr int markPixels = 12;

} // namespace

HeatLegend::HeatLegend(QWidget* parent) : QWidget(parent)
{
    const QString text = tr("A ring: read by a guest. A solid centre: written by one. Both fade.");
    setToolTip(text);
    setAccessibleName(tr("Marks of guests"));
    setAccessibleDescription(text);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize HeatLegend::sizeHint() const
{
    const int words = fontMetrics().horizontalAdvance(tr("read") + tr("written"));
    return {words + 2 * scaled(markPixels) + 3 * spacing(2) + spacing(1),
            fontMetrics().height() + 2 * spacing(1) + 2};
}

void HeatLegend::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    const int side = scaled(markPixels);
    int left = 0;
    const auto draw = [&](const QString& word, bool isRing) {
        const QRect mark(left, (height() - side) / 2, side, side);
        if (isRing) {
            painter.setPen(QPen(theme.color(Token::GuestRead), 2, Qt::SolidLine, Qt::SquareCap,
                                Qt::MiterJoin));
            painter.drawRect(mark.adjusted(1, 1, -1, -1));
        } else {
            const int inset = side / 4;
            painter.fillRect(mark.adjusted(inset, inset, -inset, -inset),
                             theme.color(Token::GuestWrite));
        }
        left = mark.right() + 1 + spacing(1);
        painter.setPen(theme.color(Token::Muted));
        const int width = fontMetrics().horizontalAdvance(word);
        painter.drawText(QRect(left, 0, width + 1, height()), Qt::AlignVCenter, word);
        left += width + spacing(3);
    };
    draw(tr("read"), true);
    draw(tr("written"), false);
}

} // namespace fatlas::ui
