#include "ui/window/jobs_panel.hpp"

#include "ui/base/labels.hpp"
#include "ui/tasks/task_list.hpp"
#include "ui/window/job_row.hpp"

#include <QTimer>
#include <QVBoxLayout>

namespace fatlas::ui {

namespace {

constexpr int quietMs = 300;

} // namespace

JobsPanel::JobsPanel(TaskList& jobs, QWidget* parent)
    : Panel(parent), m_jobs(jobs), m_layout(new QVBoxLayout(this))
{
    setAccessibleName(tr("Jobs"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    m_layout->addWidget(new Separator(Qt::Horizontal, this));
    connect(&jobs, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first) { add(first); });
    connect(&jobs, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex&, int first) { remove(first); });
    connect(&jobs, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& changed) { refresh(changed.row()); });
    hide();
}

void JobsPanel::add(int row)
{
    const Task* const task = &m_jobs.task(row);
    auto* widget = new JobRow(this);
    widget->hide();
    m_rows.emplace(task, widget);
    m_layout->insertWidget(1, widget);
    connect(widget, &JobRow::cancelRequested, this, [this, task] { m_jobs.cancel(rowOf(task)); });
    connect(widget, &JobRow::dismissRequested, this, [this, task] { m_jobs.dismiss(rowOf(task)); });
    const auto path = [this, task] {
        return m_jobs.index(rowOf(task)).data(TaskList::ResultPathRole).toString();
    };
    connect(widget, &JobRow::openRequested, this, [this, path] { Q_EMIT openRequested(path()); });
    connect(widget, &JobRow::showInFolderRequested, this,
            [this, path] { Q_EMIT showInFolderRequested(path()); });
    QTimer::singleShot(quietMs, widget, [this, widget] {
        widget->show();
        updateVisible();
    });
}

int JobsPanel::rowOf(const Task* task) const
{
    for (int row = 0; row < m_jobs.rowCount(); ++row)
        if (&m_jobs.task(row) == task)
            return row;
    return -1;
}

void JobsPanel::remove(int row)
{
    const auto item = m_rows.find(&m_jobs.task(row));
    item->second->hide();
    item->second->deleteLater();
    m_rows.erase(item);
    updateVisible();
}

void JobsPanel::refresh(int row)
{
    JobRow* const widget = m_rows.at(&m_jobs.task(row));
    widget->show(m_jobs.index(row));
    if (m_jobs.task(row).isRunning())
        return;
    widget->show();
    updateVisible();
}

void JobsPanel::updateVisible()
{
    bool any = false;
    for (const auto& [task, widget] : m_rows)
        any = any || !widget->isHidden();
    setVisible(any);
}

} // namespace fatlas::ui
