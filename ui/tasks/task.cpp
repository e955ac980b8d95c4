#include "ui/tasks/task.hpp"

#include <QThread>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr int sampleMs = 100;

std::unique_ptr<QThreadPool> makePool(int threads)
{
    auto pool = std::make_unique<QThreadPool>();
    pool->setMaxThreadCount(threads);
    return pool;
}

} // namespace

Task::Task(Lane lane, QObject* parent) : QObject(parent), m_lane(lane)
{
    m_timer.setInterval(sampleMs);
    connect(&m_timer, &QTimer::timeout, this, &Task::sample);
}

Task::~Task()
{
    for (auto& job : m_jobs)
        job.stop.request_stop();
    for (auto& job : m_jobs)
        job.future.waitForFinished();
}

// Long jobs mostly wait for a disk, so there may be more of them than processors.
QThreadPool& Task::pool(Lane lane)
{
    static const auto quick = makePool(std::max(2, QThread::idealThreadCount()));
    static const auto slow = makePool(std::max(8, QThread::idealThreadCount()));
    return lane == Lane::Quick ? *quick : *slow;
}

JobControl Task::controlOf(const Job& job)
{
    return JobControl(job.stop.get_token(), [meter = job.meter](Progress progress) {
        meter->total.store(progress.total, std::memory_order_relaxed);
        meter->done.store(progress.done, std::memory_order_relaxed);
    });
}

Task::Job Task::begin()
{
    for (auto& job : m_jobs)
        job.stop.request_stop();
    Job job;
    job.number = ++m_jobNumber;
    m_progress = {};
    m_rate = {};
    m_error.reset();
    m_clock.start();
    m_timer.start();
    setState(State::Running);
    return job;
}

void Task::cancel()
{
    if (m_state != State::Running)
        return;
    for (auto& job : m_jobs)
        job.stop.request_stop();
    setState(State::Cancelling);
}

void Task::abandon()
{
    for (auto& job : m_jobs)
        job.stop.request_stop();
    ++m_jobNumber;
    m_timer.stop();
    setState(State::Idle);
}

void Task::finish(std::uint64_t number, const Error* error)
{
    if (number == m_jobNumber) {
        sample();
        m_timer.stop();
        m_endedMs = m_clock.elapsed();
        if (error != nullptr)
            m_error = *error;
        setState(error == nullptr                      ? State::Done
                 : error->code == ErrorCode::Cancelled ? State::Cancelled
                                                       : State::Failed);
    }
    forget(number);
}

void Task::forget(std::uint64_t number)
{
    std::erase_if(m_jobs, [number](const Job& job) { return job.number == number; });
}

void Task::setState(State state)
{
    if (std::exchange(m_state, state) != state)
        Q_EMIT stateChanged();
}

void Task::sample()
{
    const auto job = std::ranges::find(m_jobs, m_jobNumber, &Job::number);
    if (job == m_jobs.end())
        return;
    const Progress now{.done = job->meter->done.load(std::memory_order_relaxed),
                       .total = job->meter->total.load(std::memory_order_relaxed)};
    m_rate.add(m_clock.elapsed(), now);
    m_progress = now;
    Q_EMIT progressChanged();
}

qint64 Task::elapsedMs() const
{
    return isRunning() ? m_clock.elapsed() : m_endedMs;
}

} // namespace fatlas::ui
