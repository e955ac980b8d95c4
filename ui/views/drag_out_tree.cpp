#include "ui/views/drag_out_tree.hpp"

#include "ui/base/theme.hpp"

#include <QDrag>
#include <QIcon>
#include <QMimeData>

#include <utility>

namespace fatlas::ui {

DragOutTree::DragOutTree(QWidget* parent) : QTreeView(parent) {}

void DragOutTree::setDragData(MakeData make)
{
    m_make = std::move(make);
    setDragEnabled(m_make != nullptr);
    setDragDropMode(m_make ? DragOnly : NoDragDrop);
}

void DragOutTree::startDrag(Qt::DropActions)
{
    QMimeData* const data = m_make && currentIndex().isValid() ? m_make() : nullptr;
    if (data == nullptr)
        return;
    auto* drag = new QDrag(this); // goes by itself
    drag->setMimeData(data);
    const auto look = currentIndex().siblingAtColumn(0).data(Qt::DecorationRole).value<QIcon>();
    drag->setPixmap(look.pixmap(scaled(24), scaled(24)));
    drag->exec(Qt::CopyAction);
}

} // namespace fatlas::ui
