/// The states of 65,536 sectors: runs while there are few, bits when there are many.
///
/// Units:   sectors from the start of the chunk.
/// Threads: one at a time; reads may run in parallel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace fatlas::block {

enum class SectorState : std::uint8_t {
    Below, ///< nobody wrote it: it reads as the disk below
    Data,  ///< the sparse file holds it
    Zero,  ///< the guest trimmed it or wrote zeros: it reads as zeros
};

class SectorChunk {
public:
    static constexpr std::uint32_t sectorCount = 1 << 16;

    /// From the sector asked for up to, not including, `end`.
    struct Run {
        SectorState state = SectorState::Below;
        std::uint32_t end = sectorCount;
    };

    /// Sectors and runs that are not Below.
    struct Tally {
        std::uint64_t changed = 0;
        std::uint64_t runs = 0;
    };

    SectorChunk();
    SectorChunk(const SectorChunk& other);
    SectorChunk& operator=(const SectorChunk&) = delete;

    [[nodiscard]] Run runAt(std::uint32_t sector) const;
    void set(std::uint32_t first, std::uint32_t end, SectorState state);

    [[nodiscard]] Tally tally() const noexcept { return m_tally; }

private:
    static constexpr std::size_t maxRuns = 4096; ///< as large as the bits
    static constexpr std::uint32_t sectorsPerWord = 32;

    using Bits = std::array<std::uint64_t, sectorCount / sectorsPerWord>;

    [[nodiscard]] Run runInBits(std::uint32_t sector) const;
    void setInRuns(std::uint32_t first, std::uint32_t end, SectorState state);
    void setInBits(std::uint32_t first, std::uint32_t end, SectorState state);
    [[nodiscard]] Tally count(std::uint32_t first, std::uint32_t end) const;
    void turnToBits();

    std::vector<std::uint32_t> m_runs; ///< ascending: first sector * 4 + state; the first is at 0
    std::unique_ptr<Bits> m_bits;      ///< instead of the runs
    Tally m_tally;
};

} // namespace fatlas::block
