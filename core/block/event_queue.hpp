/// What a guest did to a disk, event by event, from many threads to one that looks on.
///
/// Bounded and lock-free: a producer never waits. When nobody takes events out, the newest are not
/// kept but counted (dropped()); whoever needs exact sums takes them from Tap instead.
///
/// Units:   times in nanoseconds of the monotonic clock; offsets and lengths in bytes.
/// Shape:   a ring of cells with sequence numbers; first in, first out for each producer.
/// Threads: push and take may run on any number of threads at once.
/// Source:  Dmitry Vyukov, bounded MPMC queue.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace fatlas::block {

enum class TapKind : std::uint8_t { Read, Write, WriteZeroes, Trim, Flush };

inline constexpr std::size_t tapKindCount = 5;

enum class TapOutcome : std::uint8_t { Done, Failed };

struct TapEvent {
    std::uint64_t timeNs = 0; ///< when it was done
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint32_t client = 0;
    TapKind kind = TapKind::Read;
    TapOutcome outcome = TapOutcome::Done;

    bool operator==(const TapEvent&) const = default;
};

class EventQueue {
public:
    static constexpr std::size_t defaultCapacity = std::size_t{1} << 16;

    /// Holds at least `capacity` events, at most 2^24.
    explicit EventQueue(std::size_t capacity = defaultCapacity);

    /// False, and counted, when the queue is full.
    bool push(const TapEvent& event) noexcept;

    /// Moves the oldest events into `into`; says how many there were.
    [[nodiscard]] std::size_t take(std::span<TapEvent> into) noexcept;

    [[nodiscard]] std::uint64_t dropped() const noexcept
    {
        return m_dropped.load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::size_t capacity() const noexcept { return m_mask + 1; }

private:
    struct Cell {
        std::atomic<std::size_t> turn = 0;
        TapEvent event;
    };

    static constexpr std::size_t cacheLine = 64;

    [[nodiscard]] bool takeOne(TapEvent& into) noexcept;

    std::size_t m_mask;
    std::unique_ptr<Cell[]> m_cells;
    alignas(cacheLine) std::atomic<std::size_t> m_head = 0; ///< next to be pushed
    alignas(cacheLine) std::atomic<std::size_t> m_tail = 0; ///< next to be taken
    alignas(cacheLine) std::atomic<std::uint64_t> m_dropped = 0;
};

} // namespace fatlas::block
