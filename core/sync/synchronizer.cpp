#include "core/sync/synchronizer.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::sync {

namespace {

using Clock = WriteLog::Clock;

/// How often it is looked whether somebody wrote; a look costs a lock.
constexpr std::chrono::milliseconds glance{20};
/// What failed is tried again after so long.
constexpr std::chrono::milliseconds retry{3000};

} // namespace

Synchronizer::Synchronizer(std::unique_ptr<Engine> engine, When when,
                           std::chrono::milliseconds quiet)
    : m_engine(std::move(engine)), m_when(when), m_quiet(quiet)
{
    if (m_when == When::Ask)
        m_engine->askAboutAll();
    if (m_when != When::End)
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Synchronizer::~Synchronizer()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

void Synchronizer::noteFlush()
{
    const std::scoped_lock lock(m_mutex);
    m_wasFlushed = true;
    m_isPoked = true;
    m_changed.notify_all();
}

void Synchronizer::noteAllLeft()
{
    const std::scoped_lock lock(m_mutex);
    m_haveAllLeft = true;
    m_isPoked = true;
    m_changed.notify_all();
}

Result<> Synchronizer::decide(std::uint64_t number, Verdict verdict)
{
    FATLAS_TRY(m_engine->review().decide(number, verdict));
    const std::scoped_lock lock(m_mutex);
    m_wasDecided = true;
    m_isPoked = true;
    m_changed.notify_all();
    return {};
}

bool Synchronizer::isIdle() const
{
    const std::scoped_lock lock(m_mutex);
    return !m_isPassing && !m_haveAllLeft && !m_wasDecided && !m_mayLose && !m_last.nextDue &&
           m_engine->stamp() == m_seen;
}

SyncStatus Synchronizer::status() const
{
    const std::scoped_lock lock(m_mutex);
    return {.last = m_last, .isBehind = m_isPassing || m_engine->stamp() != m_seen};
}

void Synchronizer::allowMassDelete()
{
    const std::scoped_lock lock(m_mutex);
    m_mayLose = true;
    m_isPoked = true;
    m_changed.notify_all();
}

/// With the mutex held.
void Synchronizer::beginPass()
{
    m_isPassing = true;
    m_wasFlushed = false;
    m_wasDecided = false;
    m_seen = m_engine->stamp();
    if (std::exchange(m_mayLose, false))
        m_engine->allowMassDelete();
}

void Synchronizer::endPass(PassResult result)
{
    const std::scoped_lock lock(m_mutex);
    m_last = std::move(result);
    m_lastPass = Clock::now();
    m_isPassing = false;
}

PassResult Synchronizer::finish(const JobControl& job)
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
    {
        const std::scoped_lock lock(m_mutex);
        beginPass();
    }
    PassResult result = m_engine->pass(Engine::Take::Everything, Clock::now(), job);
    endPass(result);
    return result;
}

void Synchronizer::run(const std::stop_token& stop)
{
    while (awaitWork(stop)) {
        Engine::Take take = Engine::Take::Settled;
        {
            const std::scoped_lock lock(m_mutex);
            beginPass();
            if (std::exchange(m_haveAllLeft, false))
                take = Engine::Take::Everything;
        }
        endPass(m_engine->pass(take, Clock::now(), JobControl(stop)));
    }
}

bool Synchronizer::awaitWork(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        if (isTime(Clock::now()))
            return true;
        if (m_engine->stamp() == m_seen)
            m_wasFlushed = false; // what was flushed has been looked at
        m_isPoked = false;
        m_changed.wait_for(lock, stop, untilNextLook(), [this] { return m_isPoked; });
    }
    return false;
}

/// What has settled is not kept waiting.
std::chrono::nanoseconds Synchronizer::untilNextLook() const
{
    const auto now = Clock::now();
    if (!m_last.nextDue || *m_last.nextDue <= now)
        return glance;
    const auto next = std::max(*m_last.nextDue, m_lastPass + glance);
    return std::min<std::chrono::nanoseconds>(next - now, glance);
}

/// While the guest writes without a pause, once in every span that counts as quiet.
bool Synchronizer::isTime(WriteLog::Time now) const
{
    if (m_haveAllLeft || m_wasDecided || m_mayLose)
        return true;
    if (now - m_lastPass < glance)
        return false;
    if (m_last.nextDue && *m_last.nextDue <= now)
        return true;
    if ((m_last.conflicts != 0 || !m_last.waiting.empty()) && now - m_lastPass >= retry)
        return true;
    if (m_engine->stamp() == m_seen)
        return false;
    const auto last = m_engine->lastWrite();
    return m_wasFlushed || now - m_lastPass >= m_quiet || !last || now - *last >= m_quiet;
}

} // namespace fatlas::sync
