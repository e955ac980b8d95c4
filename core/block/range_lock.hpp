/// Ranges of a device that one thread at a time may change: others wait only where they overlap.
///
/// Units:      any; ranges are half-open.
/// Invariants: first come, first served: nobody waits for one that came later.
/// Threads:    from any number of threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>

namespace fatlas::block {

class RangeLock {
    struct Range {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
    };

    using Place = std::list<Range>::iterator;

public:
    /// Holds its range until it is destroyed.
    class Guard {
    public:
        Guard(RangeLock& lock, std::uint64_t first, std::uint64_t end)
            : m_lock(lock), m_place(lock.enter(first, end))
        {}

        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

        ~Guard() { m_lock.leave(m_place); }

    private:
        RangeLock& m_lock;
        Place m_place;
    };

private:
    Place enter(std::uint64_t first, std::uint64_t end)
    {
        std::unique_lock lock(m_mutex);
        const Place own = m_ranges.insert(m_ranges.end(), {.first = first, .end = end});
        if (mustWait(own)) {
            ++m_waiting;
            m_left.wait(lock, [this, own] { return !mustWait(own); });
            --m_waiting;
        }
        return own;
    }

    void leave(Place own)
    {
        const std::scoped_lock lock(m_mutex);
        m_ranges.erase(own);
        if (m_waiting > 0)
            m_left.notify_all();
    }

    [[nodiscard]] bool mustWait(Place own) const
    {
        for (auto at = m_ranges.begin(); at != std::list<Range>::const_iterator(own); ++at)
            if (at->first < own->end && own->first < at->end)
                return true;
        return false;
    }

    std::mutex m_mutex;
    std::condition_variable m_left;
    std::list<Range> m_ranges; ///< in the order they came
    int m_waiting = 0;
};

} // namespace fatlas::block
