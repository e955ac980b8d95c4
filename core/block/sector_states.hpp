/// What became of each sector of a disk since it was frozen: nothing, written, or made zeros.
///
/// Why a structure of our own: three states in one place, answers in runs (a read, a copy and a
/// compacted log all ask "how far is it like this?"), and locks for parts of the disk. Sets of
/// numbers (CRoaring) would be two of them under one lock, walked number by number.
///
/// Units:      sectors of 512 bytes.
/// Shape:      chunks of 65,536 sectors (32 MiB): nothing at all while untouched; then sorted runs
///             of 4 bytes each; two bits for each sector once there are more than 4,096 runs.
/// Invariants: a chunk takes at most about 20 KiB, whatever the guest does: 1.3 GiB when it changes
///             every second sector of 2 TiB, kilobytes when it fills the disk from one end.
/// Threads:    everything in parallel; who changes the same sectors at once gets one or the other.
#pragma once

#include "core/block/sector_chunk.hpp"

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <vector>

namespace fatlas::block {

struct SectorRun {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    SectorState state = SectorState::Below;

    [[nodiscard]] std::uint64_t end() const noexcept { return first + count; }

    bool operator==(const SectorRun&) const = default;
};

class SectorStates {
public:
    static constexpr std::uint64_t maxSectors = std::uint64_t{1} << 37; ///< 64 TiB

    /// All Below; at most `maxSectors`.
    explicit SectorStates(std::uint64_t count);
    SectorStates(const SectorStates&) = delete;
    SectorStates& operator=(const SectorStates&) = delete;

    [[nodiscard]] std::uint64_t count() const noexcept { return m_count; }

    /// From `first` (before `limit`) as far as the state is the same, at most up to `limit`.
    [[nodiscard]] SectorRun runAt(std::uint64_t first, std::uint64_t limit) const;
    [[nodiscard]] bool areAll(std::uint64_t first, std::uint64_t end, SectorState state) const;
    void set(std::uint64_t first, std::uint64_t end, SectorState state);
    /// Takes over what another of the same size has; nobody may change either meanwhile.
    void copyFrom(const SectorStates& other);

    /// Sectors that are not Below.
    [[nodiscard]] std::uint64_t changedCount() const noexcept { return m_changed; }

    /// Runs that are not Below; one that crosses borders of chunks counts once for each.
    [[nodiscard]] std::uint64_t runCount() const noexcept { return m_runs; }

private:
    static constexpr std::size_t lockCount = 64;

    [[nodiscard]] std::shared_mutex& lockOf(std::uint64_t chunk) const
    {
        return m_locks[chunk % lockCount];
    }

    [[nodiscard]] SectorRun runInChunk(std::uint64_t first) const;
    void setInChunk(std::uint64_t first, std::uint64_t end, SectorState state);

    std::uint64_t m_count;
    std::vector<std::unique_ptr<SectorChunk>> m_chunks;
    mutable std::array<std::shared_mutex, lockCount> m_locks;
    std::atomic<std::uint64_t> m_changed = 0;
    std::atomic<std::uint64_t> m_runs = 0;
};

} // namespace fatlas::block
