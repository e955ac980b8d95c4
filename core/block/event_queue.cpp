#include "core/block/event_queue.hpp"

#include <algorithm>
#include <bit>

namespace fatlas::block {

namespace {

constexpr std::size_t maxCapacity = std::size_t{1} << 24;

} // namespace

EventQueue::EventQueue(std::size_t capacity)
    : m_mask(std::bit_ceil(std::clamp<std::size_t>(capacity, 2, maxCapacity)) - 1),
      m_cells(std::make_unique<Cell[]>(m_mask + 1)) // NOLINT(modernize-avoid-c-arrays)
{
    for (std::size_t i = 0; i <= m_mask; ++i)
        m_cells[i].turn.store(i, std::memory_order_relaxed);
}

bool EventQueue::push(const TapEvent& event) noexcept
{
    std::size_t place = m_head.load(std::memory_order_relaxed);
    for (;;) {
        Cell& cell = m_cells[place & m_mask];
        const std::size_t turn = cell.turn.load(std::memory_order_acquire);
        if (turn == place) {
            if (!m_head.compare_exchange_weak(place, place + 1, std::memory_order_relaxed))
                continue; // `place` is what another producer left
            cell.event = event;
            cell.turn.store(place + 1, std::memory_order_release);
            return true;
        }
        // The cell still holds an event of the round before: full, unless others moved on.
        const std::size_t now = m_head.load(std::memory_order_relaxed);
        if (now == place) {
            m_dropped.fetch_add(1, std::memory_order_relaxed);
            return false;
        }
        place = now;
    }
}

bool EventQueue::takeOne(TapEvent& into) noexcept
{
    std::size_t place = m_tail.load(std::memory_order_relaxed);
    for (;;) {
        Cell& cell = m_cells[place & m_mask];
        const std::size_t turn = cell.turn.load(std::memory_order_acquire);
        if (turn == place + 1) {
            if (!m_tail.compare_exchange_weak(place, place + 1, std::memory_order_relaxed))
                continue;
            into = cell.event;
            cell.turn.store(place + m_mask + 1, std::memory_order_release);
            return true;
        }
        // Nothing there yet: empty, unless another consumer moved on.
        const std::size_t now = m_tail.load(std::memory_order_relaxed);
        if (now == place)
            return false;
        place = now;
    }
}

std::size_t EventQueue::take(std::span<TapEvent> into) noexcept
{
    std::size_t count = 0;
    while (count < into.size() && takeOne(into[count]))
        ++count;
    return count;
}

} // namespace fatlas::block
