/// Calls a function every 5 milliseconds while there is reason to, and sleeps when there is none.
///
/// Threads:  wake() from any thread, cheap while it ticks. The function is called on the ticker's
///           own thread.
/// Lifetime: the destructor stops it and waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace fatlas::nbd {

class Ticker {
public:
    explicit Ticker(std::function<void()> onTick);

    /// It ticks for at least the next quarter of a second.
    void wake();

private:
    void run(const std::stop_token& stop);

    std::function<void()> m_onTick;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::atomic<int> m_ticksLeft = 0;
    std::jthread m_thread;
};

} // namespace fatlas::nbd
