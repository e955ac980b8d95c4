#include "ui/tasks/task_list.hpp"

#include "core/base/text.hpp"

#include <QLocale>

#include <algorithm>

namespace fatlas::ui {

namespace {

QString size(std::uint64_t bytes)
{
    return QString::fromStdString(formatSize(bytes));
}

QString timeLeft(std::int64_t seconds)
{
    if (seconds < 60)
        return TaskList::tr("%1 s left").arg(seconds);
    if (seconds < 3600)
        return TaskList::tr("%1 min left").arg((seconds + 59) / 60);
    return TaskList::tr("%1 h %2 min left").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

QString runningDetail(const Task& task)
{
    const Progress progress = task.progress();
    QString text = progress.total == 0
                       ? size(progress.done)
                       : TaskList::tr("%1 of %2").arg(size(progress.done), size(progress.total));
    if (const auto rate = task.rate().perSecond())
        text += TaskList::tr(", %1/s").arg(size(static_cast<std::uint64_t>(*rate)));
    if (const auto left = task.rate().secondsLeft())
        text += TaskList::tr(", ") + timeLeft(*left);
    return text;
}

int fraction(const Progress& progress)
{
    if (progress.total == 0)
        return -1;
    const auto done = static_cast<double>(std::min(progress.done, progress.total));
    return static_cast<int>(done * 1000.0 / static_cast<double>(progress.total));
}

} // namespace

TaskList::TaskList(QObject* parent) : QAbstractListModel(parent) {}

TaskList::~TaskList()
{
    cancelAll();
}

int TaskList::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant TaskList::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Item& item = m_items[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case WhatRole: return item.what;
    case Qt::ToolTipRole:
    case DetailRole: return detail(item);
    case FractionRole: return fraction(item.task->progress());
    case StateRole: return static_cast<int>(item.task->state());
    case ResultPathRole: return item.result.path;
    case OpensRole: return item.result.kind == JobResult::Kind::Disk;
    default: return {};
    }
}

QString TaskList::detail(const Item& item) const
{
    switch (item.task->state()) {
    case Task::State::Idle: return {};
    case Task::State::Running: return runningDetail(*item.task);
    case Task::State::Cancelling: return tr("Cancelling…");
    case Task::State::Cancelled: return tr("Cancelled; nothing was left behind");
    case Task::State::Failed:
        return QString::fromStdString(item.task->error().value_or(Error{}).message);
    case Task::State::Done: {
        const QString done = tr("Done in %1 s")
                                 .arg(QLocale().toString(
                                     static_cast<double>(item.task->elapsedMs()) / 1000.0, 'f', 1));
        return item.result.note.isEmpty() ? done : tr("%1: %2").arg(done, item.result.note);
    }
    }
    return {};
}

Task& TaskList::add(const QString& what)
{
    beginInsertRows({}, 0, 0);
    m_items.push_front(
        {.what = what, .task = std::make_unique<Task>(Task::Lane::Long), .result = {}});
    endInsertRows();
    Task* const task = m_items.front().task.get();
    connect(task, &Task::stateChanged, this, [this, task] { refresh(task); });
    connect(task, &Task::progressChanged, this, [this, task] { refresh(task); });
    return *task;
}

int TaskList::rowOf(const Task* task) const
{
    const auto at = std::ranges::find(m_items, task, [](const Item& i) { return i.task.get(); });
    return static_cast<int>(at - m_items.begin());
}

void TaskList::setResult(const Task* task, JobResult result)
{
    m_items[static_cast<std::size_t>(rowOf(task))].result = std::move(result);
    refresh(task);
}

void TaskList::refresh(const Task* task)
{
    const QModelIndex changed = index(rowOf(task));
    Q_EMIT dataChanged(changed, changed);
}

Task& TaskList::task(int row) const
{
    return *m_items[static_cast<std::size_t>(row)].task;
}

void TaskList::cancel(int row)
{
    task(row).cancel();
}

void TaskList::dismiss(int row)
{
    if (task(row).isRunning())
        return;
    beginRemoveRows({}, row, row);
    Item item = std::move(m_items[static_cast<std::size_t>(row)]);
    m_items.erase(m_items.begin() + row);
    endRemoveRows();
    item.task.release()->deleteLater(); // the row may be taken away from its own finished signal
}

void TaskList::cancelAll()
{
    for (auto& item : m_items)
        item.task->cancel();
}

QStringList TaskList::running() const
{
    QStringList names;
    for (const auto& item : m_items)
        if (item.task->isRunning())
            names << item.what;
    return names;
}

} // namespace fatlas::ui
