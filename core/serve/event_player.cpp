#include "core/serve/event_player.hpp"

#include <algorithm>

namespace fatlas::serve {

void EventPlayer::add(std::span<const block::TapEvent> events)
{
    m_waiting.insert(m_waiting.end(), events.begin(), events.end());
}

std::uint64_t EventPlayer::advance(std::uint64_t nowNs, const Play& play)
{
    const std::uint64_t passed = nowNs > m_nowNs && m_nowNs != 0 ? nowNs - m_nowNs : 0;
    m_nowNs = std::max(m_nowNs, nowNs);
    if (m_playheadNs == 0 || m_pace == Pace::Live)
        m_playheadNs = m_nowNs;
    else if (m_pace == Pace::Slow)
        m_playheadNs = std::min(m_playheadNs + passed / slowness, m_nowNs);
    while (!m_waiting.empty() && (m_waiting.front().timeNs <= m_playheadNs ||
                                  m_waiting.size() > maxWaiting || m_pace == Pace::Live)) {
        const block::TapEvent event = m_waiting.front();
        m_waiting.pop_front();
        // Let go before their time: frozen, they pass unseen; else the playhead jumps to them.
        if (m_pace != Pace::Frozen)
            m_playheadNs = std::max(m_playheadNs, std::min(event.timeNs, m_nowNs));
        play(event);
    }
    return m_playheadNs;
}

} // namespace fatlas::serve
