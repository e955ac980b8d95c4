/// Events as they come, or slower, or not at all: what a live view shows while the guest goes on.
///
/// Has a clock of its own, the playhead, that goes with the time of the events. Live it is now; in
/// slow motion it falls behind, until so many events wait that the oldest are let go at once; while
/// frozen it stands. Back to live it is now again, and everything that waited is due.
///
/// Units:   nanoseconds of the events' clock.
/// Shape:   at most `maxWaiting` events wait.
/// Threads: one.
#pragma once

#include "core/block/event_queue.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <span>

namespace fatlas::serve {

enum class Pace : std::uint8_t { Live, Slow, Frozen };

class EventPlayer {
public:
    static constexpr std::size_t maxWaiting = std::size_t{1} << 17;
    static constexpr std::uint64_t slowness = 8; ///< Slow: one second lasts so many

    using Play = std::function<void(const block::TapEvent&)>;

    void setPace(Pace pace) noexcept { m_pace = pace; }

    [[nodiscard]] Pace pace() const noexcept { return m_pace; }

    void add(std::span<const block::TapEvent> events);

    /// It is `nowNs`: plays what is due, in the order it came. Returns where the playhead is.
    std::uint64_t advance(std::uint64_t nowNs, const Play& play);

    /// How far the playhead is behind.
    [[nodiscard]] std::uint64_t lagNs() const noexcept { return m_nowNs - m_playheadNs; }

    [[nodiscard]] std::size_t waitingCount() const noexcept { return m_waiting.size(); }

private:
    Pace m_pace = Pace::Live;
    std::deque<block::TapEvent> m_waiting;
    std::uint64_t m_nowNs = 0;
    std::uint64_t m_playheadNs = 0;
};

} // namespace fatlas::serve
