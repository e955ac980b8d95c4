#include "core/block/sector_chunk.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace fatlas::block {

namespace {

constexpr std::uint64_t everySector = 0x5555'5555'5555'5555;

/// A run as it is kept.
constexpr std::uint32_t pack(std::uint32_t first, SectorState state)
{
    return first << 2 | static_cast<std::uint32_t>(state);
}

constexpr std::uint32_t firstOf(std::uint32_t packed)
{
    return packed >> 2;
}

constexpr SectorState stateOf(std::uint64_t packed)
{
    return static_cast<SectorState>(packed & 3);
}

/// A word in which all sectors have one state.
constexpr std::uint64_t wordOf(SectorState state)
{
    return everySector * static_cast<std::uint64_t>(state);
}

/// Both bits of the sectors from `first` to `end` (at most 32) of a word.
constexpr std::uint64_t maskOf(std::uint32_t first, std::uint32_t end)
{
    const std::uint64_t below = end == 32 ? ~std::uint64_t{0} : (std::uint64_t{1} << 2 * end) - 1;
    return below & ~((std::uint64_t{1} << 2 * first) - 1);
}

} // namespace

SectorChunk::SectorChunk() : m_runs{pack(0, SectorState::Below)} {}

SectorChunk::SectorChunk(const SectorChunk& other)
    : m_runs(other.m_runs), m_bits(other.m_bits ? std::make_unique<Bits>(*other.m_bits) : nullptr),
      m_tally(other.m_tally)
{}

SectorChunk::Run SectorChunk::runAt(std::uint32_t sector) const
{
    if (m_bits)
        return runInBits(sector);
    const auto next = std::ranges::upper_bound(m_runs, sector, {}, firstOf);
    return {.state = stateOf(*(next - 1)),
            .end = next == m_runs.end() ? sectorCount : firstOf(*next)};
}

SectorChunk::Run SectorChunk::runInBits(std::uint32_t sector) const
{
    std::uint32_t word = sector / sectorsPerWord;
    const std::uint32_t within = sector % sectorsPerWord;
    const SectorState state = stateOf((*m_bits)[word] >> 2 * within);
    std::uint64_t others = ((*m_bits)[word] ^ wordOf(state)) & maskOf(within, sectorsPerWord);
    while (others == 0 && ++word < m_bits->size())
        others = (*m_bits)[word] ^ wordOf(state);
    if (others == 0)
        return {.state = state, .end = sectorCount};
    const auto place = static_cast<std::uint32_t>(std::countr_zero(others)) / 2;
    return {.state = state, .end = word * sectorsPerWord + place};
}

SectorChunk::Tally SectorChunk::count(std::uint32_t first, std::uint32_t end) const
{
    Tally tally;
    while (first < end) {
        const Run run = runAt(first);
        const std::uint32_t stop = std::min(run.end, end);
        if (run.state != SectorState::Below) {
            tally.changed += stop - first;
            ++tally.runs;
        }
        first = stop;
    }
    return tally;
}

void SectorChunk::set(std::uint32_t first, std::uint32_t end, SectorState state)
{
    // A sector more on each side: runs may join with, or come off, their neighbours.
    const std::uint32_t from = first == 0 ? 0 : first - 1;
    const std::uint32_t to = std::min(end + 1, sectorCount);
    const Tally before = count(from, to);
    if (first == 0 && end == sectorCount) {
        m_bits.reset();
        m_runs = {pack(0, state)};
    } else if (m_bits) {
        setInBits(first, end, state);
    } else {
        setInRuns(first, end, state);
    }
    const Tally after = count(from, to);
    m_tally.changed += after.changed - before.changed;
    m_tally.runs += after.runs - before.runs;
}

void SectorChunk::setInRuns(std::uint32_t first, std::uint32_t end, SectorState state)
{
    const bool joinsBefore = first > 0 && runAt(first - 1).state == state;
    const std::optional<SectorState> behind =
        end < sectorCount ? std::optional(runAt(end).state) : std::nullopt;
    const auto begin = std::ranges::lower_bound(m_runs, first, {}, firstOf);
    const auto stop = std::ranges::upper_bound(m_runs, end, {}, firstOf);
    auto place = m_runs.erase(begin, stop);
    if (behind && *behind != state)
        place = m_runs.insert(place, pack(end, *behind));
    if (!joinsBefore)
        m_runs.insert(place, pack(first, state));
    if (m_runs.size() > maxRuns)
        turnToBits();
}

void SectorChunk::setInBits(std::uint32_t first, std::uint32_t end, SectorState state)
{
    while (first < end) {
        const std::uint32_t within = first % sectorsPerWord;
        const std::uint32_t count = std::min(end - first, sectorsPerWord - within);
        const std::uint64_t mask = maskOf(within, within + count);
        std::uint64_t& word = (*m_bits)[first / sectorsPerWord];
        word = (word & ~mask) | (wordOf(state) & mask);
        first += count;
    }
}

void SectorChunk::turnToBits()
{
    auto bits = std::make_unique<Bits>();
    std::swap(m_bits, bits);
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        const std::uint32_t end = i + 1 < m_runs.size() ? firstOf(m_runs[i + 1]) : sectorCount;
        setInBits(firstOf(m_runs[i]), end, stateOf(m_runs[i]));
    }
    m_runs = {};
}

} // namespace fatlas::block
