#include "core/serve/first_pieces.hpp"

#include <algorithm>
#include <iterator>

namespace fatlas::serve {

void FirstPieces::add(std::uint64_t first, std::uint64_t end, std::uint32_t piece)
{
    auto next = m_growing.upper_bound(first);
    std::uint64_t at = first;
    if (next != m_growing.begin())
        at = std::max(at, std::prev(next)->second.end);
    while (at < end) {
        const bool isFree = next == m_growing.end() || next->first >= end;
        const std::uint64_t stop = isFree ? end : next->first;
        if (at < stop)
            m_growing.emplace_hint(next, at, Part{.end = stop, .piece = piece});
        if (isFree)
            return;
        at = next->second.end;
        ++next;
    }
}

void FirstPieces::settle()
{
    m_settled.reserve(m_growing.size());
    for (const auto& [first, part] : m_growing)
        m_settled.push_back({.first = first, .end = part.end, .piece = part.piece});
    m_growing.clear();
}

std::vector<PieceRange> FirstPieces::within(std::uint64_t first, std::uint64_t end) const
{
    std::vector<PieceRange> found;
    const auto add = [&](std::uint64_t from, std::uint64_t to, std::uint32_t piece) {
        if (from >= end)
            return false;
        found.push_back({.first = std::max(from, first), .end = std::min(to, end), .piece = piece});
        return true;
    };
    auto part = m_growing.upper_bound(first);
    if (part != m_growing.begin() && std::prev(part)->second.end > first)
        --part;
    while (part != m_growing.end() && add(part->first, part->second.end, part->second.piece))
        ++part;
    auto settled = std::ranges::upper_bound(m_settled, first, {}, &PieceRange::end);
    while (settled != m_settled.end() && add(settled->first, settled->end, settled->piece))
        ++settled;
    return found;
}

} // namespace fatlas::serve
