/// One row per job: what, how far, Cancel; when it is done, Open and Show in folder.
///
/// Shape:   a job shows up once it has run for 300 ms or has ended, so nothing flickers.
/// Threads: GUI thread.
#pragma once

#include "ui/wizards/panel.hpp"

#include <map>

class QVBoxLayout;

namespace fatlas::ui {

class JobRow;
class Task;
class TaskList;

class JobsPanel : public Panel {
    Q_OBJECT

public:
    explicit JobsPanel(TaskList& jobs, QWidget* parent = nullptr);

Q_SIGNALS:
    void openRequested(const QString& path);
    void showInFolderRequested(const QString& path);

private:
    void add(int row);
    void remove(int row);
    void refresh(int row);
    void updateVisible();
    [[nodiscard]] int rowOf(const Task* task) const;

    TaskList& m_jobs;
    QVBoxLayout* m_layout;
    std::map<const Task*, JobRow*> m_rows;
};

} // namespace fatlas::ui
