/// Bars of what guests read (hollow, above) and wrote (solid, below), beside the sum as text.
///
/// Threads: GUI thread.
#pragma once

#include <QStyledItemDelegate>

namespace fatlas::ui {

/// For VolumeTreeModel::TrafficColumn.
class TrafficDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

} // namespace fatlas::ui
