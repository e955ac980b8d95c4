/// A tree whose rows can be dragged to other programs.
///
/// Threads: GUI thread.
#pragma once

#include <QTreeView>

#include <functional>

class QMimeData;

namespace fatlas::ui {

class DragOutTree : public QTreeView {
    Q_OBJECT

public:
    /// What is dragged of the current row; null: nothing. The drag gets it.
    using MakeData = std::function<QMimeData*()>;

    explicit DragOutTree(QWidget* parent = nullptr);

    /// Empty: rows cannot be dragged.
    void setDragData(MakeData make);

protected:
    void startDrag(Qt::DropActions actions) override;

private:
    MakeData m_make;
};

} // namespace fatlas::ui
