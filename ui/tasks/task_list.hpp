/// The jobs a person should know of, as rows: what runs, how far it is, what came of it.
///
/// Shape:    one row per job, newest first; finished rows stay until dismissed.
/// Threads:  GUI thread.
/// Lifetime: owns the tasks; removing a row stops its job and waits for it.
#pragma once

#include "ui/tasks/task.hpp"

#include <QAbstractListModel>

#include <cstdint>
#include <deque>
#include <memory>

namespace fatlas::ui {

/// What a finished job offers: what it made, and what there is to say of it.
struct JobResult {
    enum class Kind : std::uint8_t {
        Disk,  ///< can be opened
        Files, ///< can be shown in their folder
    };

    QString path = {};
    QString note = {};
    Kind kind = Kind::Disk;
};

class TaskList final : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role : int {
        WhatRole = Qt::UserRole + 1, ///< "Save tools.img"
        DetailRole,                  ///< "12 of 40 MiB, 5.1 MiB/s, 6 s left", or how it ended
        FractionRole,                ///< 0 to 1000, or -1 when the total is unknown
        StateRole,                   ///< Task::State as int
        ResultPathRole,              ///< what it made, "" unless Done
        OpensRole,                   ///< whether that is a disk
    };

    explicit TaskList(QObject* parent = nullptr);
    ~TaskList() override;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

    /// Runs `work` as a row of its own. `make` turns what it returned into the row's offer.
    template <class Work, class Make>
    Task& run(const QString& what, Work work, Make make);

    [[nodiscard]] Task& task(int row) const;
    void cancel(int row);
    /// Takes a finished row away.
    void dismiss(int row);
    void cancelAll();
    /// Names of the jobs that still run.
    [[nodiscard]] QStringList running() const;

Q_SIGNALS:
    void finished(int row);

private:
    struct Item {
        QString what;
        std::unique_ptr<Task> task;
        JobResult result;
    };

    Task& add(const QString& what);
    void setResult(const Task* task, JobResult result);
    void refresh(const Task* task);
    [[nodiscard]] int rowOf(const Task* task) const;
    [[nodiscard]] QString detail(const Item& item) const;

    std::deque<Item> m_items;
};

template <class Work, class Make>
Task& TaskList::run(const QString& what, Work work, Make make)
{
    Task& task = add(what);
    task.start(std::move(work), [this, &task, make = std::move(make)](auto answer) {
        if (answer)
            setResult(&task, make(*answer));
        Q_EMIT finished(rowOf(&task));
    });
    return task;
}

} // namespace fatlas::ui
