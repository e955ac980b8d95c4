#include "core/nbd/ticker.hpp"

#include <chrono>
#include <utility>

namespace fatlas::nbd {

namespace {

constexpr std::chrono::milliseconds interval{5};
constexpr int ticksPerWake = 50;

} // namespace

Ticker::Ticker(std::function<void()> onTick)
    : m_onTick(std::move(onTick)), m_thread([this](const std::stop_token& stop) { run(stop); })
{}

void Ticker::wake()
{
    // Far from its end there is nothing to do, and no shared line to write to.
    if (m_ticksLeft.load() > ticksPerWake / 2)
        return;
    if (m_ticksLeft.exchange(ticksPerWake) > 0)
        return;
    const std::scoped_lock lock(m_mutex);
    m_changed.notify_one();
}

void Ticker::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        if (m_ticksLeft.load() <= 0)
            m_changed.wait(lock, stop, [this] { return m_ticksLeft.load() > 0; });
        m_changed.wait_for(lock, stop, interval, [] { return false; });
        m_ticksLeft.fetch_sub(1);
        lock.unlock();
        m_onTick();
        lock.lock();
    }
}

} // namespace fatlas::nbd
