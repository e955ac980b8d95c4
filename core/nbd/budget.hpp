/// Memory that all clients of a server share for what is in flight.
///
/// Each client has a little of its own, so that small requests never wait for anybody; beyond that
/// it takes from what there is, and is told when some came back.
///
/// Units:   bytes.
/// Threads: safe from many threads at once. `wake` functions are called without a lock held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace fatlas::nbd {

class Budget {
public:
    /// Not counted, for each client.
    static constexpr std::uint64_t freeSize = 1U << 20U;

    explicit Budget(std::uint64_t size) : m_left(size) {}

    /// Takes `size` bytes; or takes nothing, and `wake` is called once when it is worth asking
    /// again.
    [[nodiscard]] bool take(std::uint64_t size, std::function<void()> wake)
    {
        const std::scoped_lock lock(m_mutex);
        if (size <= m_left) {
            m_left -= size;
            return true;
        }
        m_waiting.push_back(std::move(wake));
        return false;
    }

    void give(std::uint64_t size)
    {
        if (size == 0)
            return;
        std::vector<std::function<void()>> woken;
        {
            const std::scoped_lock lock(m_mutex);
            m_left += size;
            woken = std::exchange(m_waiting, {});
        }
        for (const auto& wake : woken)
            wake();
    }

    /// Somebody waits for what others hold.
    [[nodiscard]] bool isScarce() const
    {
        const std::scoped_lock lock(m_mutex);
        return !m_waiting.empty();
    }

private:
    mutable std::mutex m_mutex;
    std::uint64_t m_left;
    std::vector<std::function<void()>> m_waiting;
};

} // namespace fatlas::nbd
