/// One job in the jobs panel.
///
/// Threads: GUI thread.
#pragma once

#include "ui/tasks/task.hpp"

#include <QModelIndex>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace fatlas::ui {

class ElidedLabel;

class JobRow : public QWidget {
    Q_OBJECT

public:
    explicit JobRow(QWidget* parent = nullptr);

    /// From a row of TaskList.
    void show(const QModelIndex& job);
    using QWidget::show;

Q_SIGNALS:
    void cancelRequested();
    void dismissRequested();
    void openRequested();
    void showInFolderRequested();

private:
    void showState(Task::State state);
    QPushButton* addButton(const QString& text);

    QLabel* m_icon;
    ElidedLabel* m_what;
    QProgressBar* m_bar;
    ElidedLabel* m_detail;
    QPushButton* m_open;
    QPushButton* m_folder;
    QPushButton* m_cancel;
    QToolButton* m_dismiss;
};

} // namespace fatlas::ui
