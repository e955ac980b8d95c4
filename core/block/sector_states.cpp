#include "core/block/sector_states.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <mutex>

namespace fatlas::block {

namespace {

constexpr std::uint64_t chunkSize = SectorChunk::sectorCount;

} // namespace

SectorStates::SectorStates(std::uint64_t count)
    : m_count(count), m_chunks(static_cast<std::size_t>(divideRoundUp(count, chunkSize)))
{}

SectorRun SectorStates::runInChunk(std::uint64_t first) const
{
    const std::uint64_t chunk = first / chunkSize;
    SectorChunk::Run run;
    const std::shared_lock lock(lockOf(chunk));
    if (m_chunks[chunk])
        run = m_chunks[chunk]->runAt(static_cast<std::uint32_t>(first % chunkSize));
    return {.first = first, .count = chunk * chunkSize + run.end - first, .state = run.state};
}

SectorRun SectorStates::runAt(std::uint64_t first, std::uint64_t limit) const
{
    SectorRun run = runInChunk(first);
    while (run.end() < limit && run.end() % chunkSize == 0) {
        const SectorRun next = runInChunk(run.end());
        if (next.state != run.state)
            break;
        run.count += next.count;
    }
    run.count = std::min(run.count, limit - first);
    return run;
}

bool SectorStates::areAll(std::uint64_t first, std::uint64_t end, SectorState state) const
{
    if (first >= end)
        return true;
    const SectorRun run = runAt(first, end);
    return run.state == state && run.end() == end;
}

void SectorStates::set(std::uint64_t first, std::uint64_t end, SectorState state)
{
    while (first < end) {
        const std::uint64_t stop = std::min(end, (first / chunkSize + 1) * chunkSize);
        setInChunk(first, stop, state);
        first = stop;
    }
}

void SectorStates::setInChunk(std::uint64_t first, std::uint64_t end, SectorState state)
{
    const std::uint64_t chunk = first / chunkSize;
    const std::uint64_t start = chunk * chunkSize;
    const std::unique_lock lock(lockOf(chunk));
    auto& states = m_chunks[chunk];
    if (!states)
        states = std::make_unique<SectorChunk>();
    const SectorChunk::Tally before = states->tally();
    states->set(static_cast<std::uint32_t>(first - start), static_cast<std::uint32_t>(end - start),
                state);
    m_changed += states->tally().changed - before.changed;
    m_runs += states->tally().runs - before.runs;
}

void SectorStates::copyFrom(const SectorStates& other)
{
    for (std::size_t i = 0; i < m_chunks.size(); ++i)
        m_chunks[i] =
            other.m_chunks[i] ? std::make_unique<SectorChunk>(*other.m_chunks[i]) : nullptr;
    m_changed = other.m_changed.load();
    m_runs = other.m_runs.load();
}

} // namespace fatlas::block
