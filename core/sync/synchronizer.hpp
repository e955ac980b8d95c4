/// Brings home what the guest writes while it writes: an Engine with a thread and a sense of when.
///
/// Errors:   those of Engine; what goes wrong later is told by its events.
/// Threads:  everything from any thread; events come from a thread of its own, or from within
///           finish().
/// Lifetime: the destructor ends the thread and leaves everything as it is: the session can be gone
///           on with.
#pragma once

#include "core/sync/engine.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace fatlas::sync {

enum class When : std::uint8_t {
    Auto, ///< as soon as it has settled
    Ask,  ///< as soon as somebody accepted it
    End,  ///< when the session ends
};

/// How far the host is behind the guest.
struct SyncStatus {
    PassResult last;
    bool isBehind = false; ///< something was written that no pass has looked at to its end
};

class Synchronizer {
public:
    Synchronizer(std::unique_ptr<Engine> engine, When when, std::chrono::milliseconds quiet);
    Synchronizer(const Synchronizer&) = delete;
    Synchronizer& operator=(const Synchronizer&) = delete;
    ~Synchronizer();

    /// Whoever flushes may have unmounted: it is worth a look.
    void noteFlush();
    /// Nobody is connected: nothing more will come for now, so what is there is taken.
    void noteAllLeft();

    /// What waits for a person, as of the last pass.
    [[nodiscard]] std::vector<Proposal> proposals() const { return m_engine->review().proposals(); }

    /// NotFound when it is not there any more, InvalidArgument for a verdict that does not fit.
    /// What was decided is carried out soon.
    [[nodiscard]] Result<> decide(std::uint64_t number, Verdict verdict);

    /// All that was written has been looked at, and nothing of it has yet to settle.
    [[nodiscard]] bool isIdle() const;

    /// No more thread; what is there is taken, as far as it was accepted where somebody is asked.
    /// Call it when nobody can write any more; again after something was decided.
    [[nodiscard]] PassResult finish(const JobControl& job = {});

    [[nodiscard]] SyncStatus status() const;

    /// What the guard holds back may be carried out from now on.
    void allowMassDelete();

    [[nodiscard]] Engine& engine() noexcept { return *m_engine; }

private:
    void run(const std::stop_token& stop);
    [[nodiscard]] bool awaitWork(const std::stop_token& stop);
    [[nodiscard]] std::chrono::nanoseconds untilNextLook() const;
    [[nodiscard]] bool isTime(WriteLog::Time now) const;
    void beginPass();
    void endPass(PassResult result);

    std::unique_ptr<Engine> m_engine;
    const When m_when;
    const std::chrono::milliseconds m_quiet;
    mutable std::mutex m_mutex; ///< over what follows
    std::condition_variable_any m_changed;
    bool m_wasFlushed = false;
    bool m_haveAllLeft = false;
    bool m_wasDecided = false;
    bool m_isPoked = false; ///< somebody wants the thread to look up
    bool m_isPassing = false;
    bool m_mayLose = false; ///< and the engine has not been told
    PassResult m_last;
    WriteLog::Time m_lastPass{};
    WriteLog::Stamp m_seen = 0;
    std::jthread m_thread; ///< last: it ends first
};

} // namespace fatlas::sync
