#include "core/serve/write_history.hpp"

#include <ranges>

namespace fatlas::serve {

namespace {

bool isWrite(const block::TapEvent& event)
{
    using block::TapKind;
    return event.outcome == block::TapOutcome::Done && event.length != 0 &&
           (event.kind == TapKind::Write || event.kind == TapKind::WriteZeroes ||
            event.kind == TapKind::Trim);
}

} // namespace

void WriteHistory::add(const block::TapEvent& event)
{
    if (!isWrite(event))
        return;
    m_kept.push_back({.number = ++m_count, .event = event});
    if (m_kept.size() > m_capacity)
        m_kept.pop_front();
}

std::vector<WriteRecord> WriteHistory::writesTo(std::uint64_t offset, std::uint64_t length,
                                                std::size_t limit) const
{
    std::vector<WriteRecord> found;
    for (const WriteRecord& record : std::views::reverse(m_kept)) {
        if (found.size() >= limit)
            break;
        const block::TapEvent& event = record.event;
        const bool overlaps = event.offset < offset ? offset - event.offset < event.length
                                                    : event.offset - offset < length;
        if (overlaps)
            found.push_back(record);
    }
    return found;
}

std::vector<WriteRecord> WriteHistory::newest(std::size_t limit) const
{
    std::vector<WriteRecord> found;
    for (const WriteRecord& record : m_kept | std::views::reverse | std::views::take(limit))
        found.push_back(record);
    return found;
}

} // namespace fatlas::serve
