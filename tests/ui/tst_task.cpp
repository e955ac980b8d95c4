#include "ui/tasks/task.hpp"
#include "ui/tasks/task_list.hpp"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace fatlas;
using namespace fatlas::ui;

namespace {

/// Works until it is told to stop.
Result<int> untilStopped(const JobControl& job)
{
    while (true) {
        FATLAS_TRY(job.checkpoint());
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace

class TestTask : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void bringsTheResultToItsOwnThread()
    {
        Task task(Task::Lane::Quick);
        std::thread::id worker;
        int answer = 0;
        bool onOwnThread = false;
        task.start(
            [&worker](const JobControl&) -> Result<int> {
                worker = std::this_thread::get_id();
                return 7;
            },
            [&, home = std::this_thread::get_id()](Result<int> result) {
                answer = result.value();
                onOwnThread = std::this_thread::get_id() == home;
            });
        QTRY_COMPARE(task.state(), Task::State::Done);
        QCOMPARE(answer, 7);
        QVERIFY(onOwnThread);
        QVERIFY(worker != std::this_thread::get_id());
    }

    void carriesWhatCanOnlyBeMoved()
    {
        Task task(Task::Lane::Quick);
        std::unique_ptr<int> got;
        task.start(
            [](const JobControl&) -> Result<std::unique_ptr<int>> {
                return std::make_unique<int>(3);
            },
            [&](Result<std::unique_ptr<int>> result) { got = std::move(*result); });
        QTRY_VERIFY(got != nullptr);
        QCOMPARE(*got, 3);
    }

    void keepsTheErrorOfAFailure()
    {
        Task task(Task::Lane::Quick);
        task.start(
            [](const JobControl&) -> Result<int> {
                return fail(ErrorCode::NoSpace, "no room left");
            },
            [](Result<int>) {});
        QTRY_COMPARE(task.state(), Task::State::Failed);
        QCOMPARE(task.error().value_or(Error{}).message, std::string("no room left"));
    }

    void answersCancelWithin100Ms()
    {
        Task task(Task::Lane::Long);
        bool called = false;
        task.start(untilStopped, [&](Result<int> result) {
            called = true;
            QCOMPARE(result.error().code, ErrorCode::Cancelled);
        });
        QTest::qWait(20);
        QElapsedTimer clock;
        clock.start();
        task.cancel();
        QCOMPARE(task.state(), Task::State::Cancelling);
        QTRY_COMPARE(task.state(), Task::State::Cancelled);
        QVERIFY2(clock.elapsed() < 100, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(called);
    }

    void tellsTheTruthWhenItWasTooLateToCancel()
    {
        Task task(Task::Lane::Quick);
        std::atomic<bool> go = false;
        task.start(
            [&go](const JobControl&) -> Result<int> {
                while (!go)
                    std::this_thread::yield();
                return 1;
            },
            [](Result<int>) {});
        task.cancel();
        go = true;
        QTRY_COMPARE(task.state(), Task::State::Done);
    }

    void dropsTheLateResultOfASupersededJob()
    {
        Task task(Task::Lane::Long);
        QList<int> answers;
        std::atomic<bool> go = false;
        const auto take = [&](Result<int> result) { answers << result.value_or(-1); };
        task.start(
            [&go](const JobControl&) -> Result<int> {
                while (!go)
                    std::this_thread::yield();
                return 1;
            },
            take);
        task.start([](const JobControl&) -> Result<int> { return 2; }, take);
        QTRY_COMPARE(answers, QList<int>{2});
        go = true;
        QTest::qWait(50);
        QCOMPARE(answers, QList<int>{2});
        QCOMPARE(task.state(), Task::State::Done);
    }

    void abandonsWithoutACallback()
    {
        Task task(Task::Lane::Long);
        bool called = false;
        task.start(untilStopped, [&](Result<int>) { called = true; });
        task.abandon();
        QCOMPARE(task.state(), Task::State::Idle);
        QTest::qWait(50);
        QVERIFY(!called);
    }

    void waitsForItsWorkersWhenDestroyed()
    {
        std::atomic<bool> ended = false;
        bool called = false;
        {
            Task task(Task::Lane::Long);
            task.start(
                [&ended](const JobControl& job) -> Result<int> {
                    auto result = untilStopped(job);
                    ended = true;
                    return result;
                },
                [&](Result<int>) { called = true; });
            QTest::qWait(10);
        }
        QVERIFY(ended);
        QCoreApplication::processEvents();
        QVERIFY(!called);
    }

    void reportsProgressAtMostTenTimesASecond()
    {
        Task task(Task::Lane::Long);
        QSignalSpy spy(&task, &Task::progressChanged);
        task.start(
            [](const JobControl& job) -> Result<int> {
                for (std::uint64_t i = 0; i < 500; ++i) {
                    job.report(i, 500);
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
                job.report(500, 500);
                return 0;
            },
            [](Result<int>) {});
        QTRY_COMPARE(task.state(), Task::State::Done);
        QVERIFY(spy.count() >= 2);
        QVERIFY2(spy.count() <= 10, qPrintable(QString::number(spy.count())));
        QCOMPARE(task.progress().done, 500u);
    }

    void listsJobsAndWhatCameOfThem()
    {
        TaskList list;
        const QAbstractItemModelTester tester(&list);
        list.run(
            QStringLiteral("Save a.img"), [](const JobControl&) -> Result<int> { return 5; },
            [](int) { return JobResult{QStringLiteral("/tmp/a.img")}; });
        QCOMPARE(list.running(), QStringList{QStringLiteral("Save a.img")});
        const QModelIndex row = list.index(0);
        QTRY_COMPARE(row.data(TaskList::ResultPathRole).toString(), QStringLiteral("/tmp/a.img"));
        QVERIFY(list.running().isEmpty());
        list.dismiss(0);
        QCOMPARE(list.rowCount(), 0);
    }

    void offersNothingAfterAFailure()
    {
        TaskList list;
        QSignalSpy spy(&list, &TaskList::finished);
        list.run(
            QStringLiteral("Save b.img"),
            [](const JobControl&) -> Result<int> {
                return fail(ErrorCode::Changed, "b.txt changed while it was copied");
            },
            [](int) { return JobResult{QStringLiteral("/tmp/b.img")}; });
        QTRY_COMPARE(spy.count(), 1);
        const QModelIndex row = list.index(0);
        QVERIFY(row.data(TaskList::ResultPathRole).toString().isEmpty());
        QCOMPARE(row.data(TaskList::DetailRole).toString(),
                 QStringLiteral("b.txt changed while it was copied"));
    }

    void keepsARunningRowFromBeingDismissed()
    {
        TaskList list;
        list.run(QStringLiteral("Save c.img"), untilStopped, [](int) { return JobResult{}; });
        list.dismiss(0);
        QCOMPARE(list.rowCount(), 1);
        list.cancel(0);
        QTRY_COMPARE(list.index(0).data(TaskList::StateRole).toInt(),
                     static_cast<int>(Task::State::Cancelled));
    }
};

QTEST_GUILESS_MAIN(TestTask)
#include "tst_task.moc"
