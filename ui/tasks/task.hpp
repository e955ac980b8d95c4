/// A core function at work beside the window: started, watched, stopped, answered.
///
/// A worker gets a JobControl; its Result comes back to the thread of the Task. Starting again
/// supersedes what runs: the old job is told to stop and its late result is dropped by number.
///
/// Units:    progress as the core function counts it (mostly bytes), at most 10 times a second.
/// Errors:   the callback gets the Result as it is, Cancelled included.
/// Threads:  everything here is called on the thread of the Task; `work` runs on a pool thread and
///           must own what it touches (shared_ptr<const T> or moved values).
/// Lifetime: the destructor asks every job to stop and waits for it; no callback comes afterwards.
#pragma once

#include "core/base/job_control.hpp"

#include "ui/tasks/progress_rate.hpp"

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <QtConcurrentRun>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace fatlas::ui {

class Task final : public QObject {
    Q_OBJECT

public:
    /// Quick jobs (plans, look-ups) never wait behind long ones (copies, scans).
    enum class Lane : std::uint8_t { Quick, Long };
    enum class State : std::uint8_t { Idle, Running, Cancelling, Done, Failed, Cancelled };

    explicit Task(Lane lane, QObject* parent = nullptr);
    ~Task() override;

    /// `work(const JobControl&) -> Result<T>` on a worker, then `done(Result<T>)` here.
    template <class Work, class Done>
    void start(Work work, Done done);

    /// Answers at once with State::Cancelling; the worker's own end decides what it was in truth.
    void cancel();
    /// Stops what runs and drops its result: back to Idle, no callback.
    void abandon();

    [[nodiscard]] State state() const noexcept { return m_state; }

    [[nodiscard]] bool isRunning() const noexcept
    {
        return m_state == State::Running || m_state == State::Cancelling;
    }

    [[nodiscard]] Progress progress() const noexcept { return m_progress; }

    [[nodiscard]] const ProgressRate& rate() const noexcept { return m_rate; }

    /// Why it failed; only in State::Failed.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    [[nodiscard]] std::uint64_t jobNumber() const noexcept { return m_jobNumber; }

    [[nodiscard]] qint64 elapsedMs() const;

Q_SIGNALS:
    void stateChanged();
    void progressChanged();

private:
    /// Written by the worker, read by the timer here.
    struct Meter {
        std::atomic<std::uint64_t> done{0};
        std::atomic<std::uint64_t> total{0};
    };

    struct Job {
        std::uint64_t number = 0;
        std::stop_source stop;
        std::shared_ptr<Meter> meter = std::make_shared<Meter>();
        QFuture<void> future;
    };

    [[nodiscard]] Job begin();
    void finish(std::uint64_t number, const Error* error);
    void forget(std::uint64_t number);
    void setState(State state);
    void sample();
    [[nodiscard]] static JobControl controlOf(const Job& job);
    [[nodiscard]] static QThreadPool& pool(Lane lane);

    Lane m_lane;
    State m_state = State::Idle;
    std::uint64_t m_jobNumber = 0; ///< of the job whose result counts
    std::vector<Job> m_jobs;       ///< not finished yet, superseded ones included
    Progress m_progress;
    ProgressRate m_rate;
    std::optional<Error> m_error;
    QElapsedTimer m_clock;
    qint64 m_endedMs = 0;
    QTimer m_timer;
};

template <class Work, class Done>
void Task::start(Work work, Done done)
{
    using Answer = std::invoke_result_t<Work&, const JobControl&>;
    // A QFuture's result is shared and constant, so it carries a pointer to what is moved out.
    using Shared = std::shared_ptr<Answer>;
    Job job = begin();
    auto* watcher = new QFutureWatcher<Shared>(this);
    connect(watcher, &QFutureWatcherBase::finished, this,
            [this, watcher, number = job.number, done = std::move(done)]() mutable {
                watcher->deleteLater();
                const Shared answer = watcher->result();
                const bool counts = number == m_jobNumber;
                finish(number, answer->has_value() ? nullptr : &answer->error());
                if (counts)
                    done(std::move(*answer));
            });
    auto future = QtConcurrent::run(
        &pool(m_lane),
        [work = std::move(work), control = controlOf(job)](QPromise<Shared>& promise) mutable {
            promise.addResult(std::make_shared<Answer>(work(std::as_const(control))));
        });
    job.future = QFuture<void>(future);
    m_jobs.push_back(std::move(job));
    watcher->setFuture(future);
}

} // namespace fatlas::ui
