#include "ui/models/map_colouring.hpp"

#include <QStringList>

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace fatlas::ui {

namespace {

constexpr std::size_t blockSize = 64;

StateMask bitOf(std::uint8_t look)
{
    return static_cast<StateMask>(1U << look);
}

} // namespace

void LookRuns::append(std::uint64_t cells, std::uint8_t look)
{
    if (cells == 0)
        return;
    assert(look < MapColouring::maxLooks && m_end + cells <= UINT32_MAX);
    if (m_looks.empty() || m_looks.back() != look) {
        m_firsts.push_back(static_cast<std::uint32_t>(m_end));
        m_looks.push_back(look);
    }
    m_end += cells;
}

std::size_t LookRuns::runOf(std::uint64_t cell) const
{
    const auto after = std::ranges::upper_bound(m_firsts, cell);
    assert(after != m_firsts.begin());
    return static_cast<std::size_t>(after - m_firsts.begin()) - 1;
}

MapColouring::MapColouring(Parts parts, LookRuns runs)
    : m_parts(std::move(parts)), m_runs(std::move(runs)),
      m_blocks((m_runs.size() + blockSize - 1) / blockSize), m_counts(m_parts.looks.size())
{
    assert(m_parts.looks.size() <= maxLooks);
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        m_blocks[i / blockSize] |= bitOf(m_runs.lookOf(i));
        m_counts[m_runs.lookOf(i)] += m_runs.endOf(i) - m_runs.firstOf(i);
    }
}

StateMask MapColouring::looksOfRuns(std::size_t first, std::size_t end) const
{
    StateMask mask = 0;
    for (std::size_t i = first; i < end;) {
        if (i % blockSize == 0 && end - i >= blockSize) {
            mask |= m_blocks[i / blockSize];
            i += blockSize;
        } else {
            mask |= bitOf(m_runs.lookOf(i++));
        }
    }
    return mask;
}

/// `end` when there is none.
std::size_t MapColouring::firstRunWith(StateMask looks, std::size_t first, std::size_t end) const
{
    for (std::size_t i = first; i < end;) {
        if (i % blockSize == 0 && (m_blocks[i / blockSize] & looks) == 0)
            i += blockSize;
        else if ((bitOf(m_runs.lookOf(i)) & looks) != 0)
            return i;
        else
            ++i;
    }
    return end;
}

StateMask MapColouring::withOnePeer(StateMask mask, std::size_t first, std::size_t end) const
{
    const auto peers = static_cast<StateMask>(mask & m_parts.peers);
    if (std::popcount(peers) < 2)
        return mask;
    const StateMask kept = bitOf(m_runs.lookOf(firstRunWith(peers, first, end)));
    return static_cast<StateMask>((mask & ~m_parts.peers) | kept);
}

StateMask MapColouring::looksInCells(CellRange cells) const
{
    const std::uint64_t end = std::min(cells.end(), cellCount());
    if (cells.first >= end)
        return 0;
    return looksOfRuns(m_runs.runOf(cells.first), m_runs.runOf(end - 1) + 1);
}

void MapColouring::fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot,
                             std::span<StateMask> out) const
{
    std::ranges::fill(out, StateMask{0});
    const std::uint64_t end = cellCount();
    if (first >= end || out.empty())
        return;
    std::size_t run = m_runs.runOf(first);
    std::uint64_t cell = first;
    for (std::size_t slot = 0; slot < out.size() && cell < end;) {
        const std::uint64_t slotEnd = std::min(cell + cellsPerSlot, end);
        if (m_runs.endOf(run) >= slotEnd) { // one run fills this slot, and perhaps many
            const std::uint64_t runEnd = m_runs.endOf(run);
            const std::uint64_t whole = runEnd == end
                                            ? (end - cell + cellsPerSlot - 1) / cellsPerSlot
                                            : (runEnd - cell) / cellsPerSlot;
            const std::uint64_t fits = std::min<std::uint64_t>(whole, out.size() - slot);
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(slot), fits,
                        bitOf(m_runs.lookOf(run)));
            slot += fits;
            cell += fits * cellsPerSlot;
        } else {
            const std::size_t last = m_runs.runOf(slotEnd - 1);
            out[slot++] = withOnePeer(looksOfRuns(run, last + 1), run, last + 1);
            cell = slotEnd;
            run = last;
        }
        while (run + 1 < m_runs.size() && m_runs.endOf(run) <= cell)
            ++run;
    }
}

std::optional<std::uint64_t> MapColouring::findLook(CellRange cells, StateMask looks) const
{
    const std::uint64_t end = std::min(cells.end(), cellCount());
    if (cells.first >= end)
        return std::nullopt;
    const std::size_t last = m_runs.runOf(end - 1) + 1;
    const std::size_t run = firstRunWith(looks, m_runs.runOf(cells.first), last);
    if (run == last)
        return std::nullopt;
    return std::max(cells.first, m_runs.firstOf(run));
}

std::uint64_t MapColouring::count(StateMask looks) const
{
    std::uint64_t sum = 0;
    for (std::size_t look = 0; look < m_counts.size(); ++look)
        if ((looks >> look & 1U) != 0)
            sum += m_counts[look];
    return sum;
}

QString MapColouring::wordsAbout(CellRange cells) const
{
    if (!m_parts.addsWords)
        return {};
    const StateMask mask = looksInCells(cells);
    QStringList names;
    for (std::size_t look = looks().size(); look-- > 0;)
        if ((mask >> look & 1U) != 0)
            names << looks()[look].name.toLower();
    return names.join(QStringLiteral(", "));
}

} // namespace fatlas::ui
