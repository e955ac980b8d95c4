#include "ui/views/traffic_delegate.hpp"

#include "ui/base/theme.hpp"
#include "ui/models/volume_tree_model.hpp"

#include <QApplication>
#include <QPainter>

namespace fatlas::ui {

namespace {

constexpr double textShare = 0.5;

void drawBar(QPainter& painter, const QRectF& room, double part, bool isHollow)
{
    if (part <= 0)
        return;
    const Theme& theme = Theme::instance();
    const QRectF bar(room.left(), room.top(), std::max(3.0, room.width() * part), room.height());
    if (!isHollow)
        return painter.fillRect(bar, theme.color(Token::GuestWrite));
    painter.setPen(QPen(theme.color(Token::GuestRead), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
}

} // namespace

void TrafficDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QRectF cell(option.rect);
    const double height = std::max(3.0, cell.height() / 6);
    const QRectF room(cell.left() + spacing(1), cell.center().y() - height - 1,
                      cell.width() * (1 - textShare) - spacing(2), height);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    drawBar(*painter, room, index.data(VolumeTreeModel::ReadPartRole).toDouble(), true);
    drawBar(*painter, room.translated(0, height + 2),
            index.data(VolumeTreeModel::WrittenPartRole).toDouble(), false);
    painter->restore();
}

} // namespace fatlas::ui
