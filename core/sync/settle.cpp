#include "core/sync/settle.hpp"

#include <algorithm>

namespace fatlas::sync {

void Settle::beginPass(Time now)
{
    m_now = now;
    ++m_pass;
    m_nextDue.reset();
}

bool Settle::look(const std::string& what, std::uint64_t state, const Written& written)
{
    const Time changed = std::min(std::max(written.disk, written.content), m_now);
    const auto [place, isNew] = m_seen.try_emplace(
        what, Seen{.state = state, .first = changed, .changed = changed, .pass = m_pass});
    Seen& seen = place->second;
    if (seen.state != state)
        seen.changed = changed;
    seen.state = state;
    seen.pass = m_pass;
    const Time quietAt = std::max(seen.changed, written.content) + m_rule.quiet;
    const Time due = std::min(quietAt, seen.first + m_rule.most);
    if (due <= m_now)
        return true;
    m_nextDue = std::min(m_nextDue.value_or(due), due);
    return false;
}

void Settle::endPass()
{
    std::erase_if(m_seen, [this](const auto& item) { return item.second.pass != m_pass; });
}

} // namespace fatlas::sync
