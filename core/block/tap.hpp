/// Who looks on at a served disk: a stream of events that may lose some, and sums that lose none.
///
/// The sums are kept for the whole disk and for each bin of it. Bins are at least `binSize` bytes,
/// a power of two, and as large as it takes to have at most `maxBins` of them, so that memory does
/// not grow with the disk. Their borders are shifted so that one lies at `origin`: with the start
/// of the data area there, and clusters not smaller than a bin, no bin lies in two clusters.
///
/// Units:      bytes; times in nanoseconds of the monotonic clock.
/// Invariants: once nothing is under way, the bytes read in all bins together are
///             totals(Read).bytes; those written are the sum for Write, WriteZeroes and Trim.
///             What failed is in the events and in `failures`, in no sum of bytes.
/// Threads:    everything from any number of threads at once; never blocks, never allocates.
/// Lifetime:   shared by the devices that report to it and those who look on.
#pragma once

#include "core/block/event_queue.hpp"

#include <array>
#include <vector>

namespace fatlas::block {

struct TapTotals {
    std::uint64_t operations = 0; ///< that were done
    std::uint64_t bytes = 0;      ///< of them
    std::uint64_t failures = 0;
};

struct TapBin {
    std::uint64_t readBytes = 0;
    std::uint64_t writtenBytes = 0;

    bool operator==(const TapBin&) const = default;
};

struct TapLayout {
    std::uint64_t origin = 0; ///< where a bin begins, bytes from the start of the disk
    std::uint64_t binSize = 512;
    std::size_t queueCapacity = EventQueue::defaultCapacity;
};

class Tap {
public:
    static constexpr std::size_t maxBins = std::size_t{1} << 18;

    explicit Tap(std::uint64_t diskSize, const TapLayout& layout = {});

    /// An operation that is over. A range beyond the disk is counted as far as it lies inside.
    void record(const TapEvent& event) noexcept;

    [[nodiscard]] EventQueue& events() noexcept { return m_events; }

    [[nodiscard]] TapTotals totals(TapKind kind) const noexcept;

    [[nodiscard]] std::size_t binCount() const noexcept { return m_bins.size(); }

    [[nodiscard]] std::uint64_t binSize() const noexcept { return std::uint64_t{1} << m_binShift; }

    /// First byte of a bin; the first bin may be cut off by the start of the disk.
    [[nodiscard]] std::uint64_t binOffset(std::size_t bin) const noexcept;
    [[nodiscard]] std::size_t binAt(std::uint64_t offset) const noexcept;
    [[nodiscard]] TapBin bin(std::size_t index) const noexcept;

private:
    struct Totals {
        std::atomic<std::uint64_t> operations = 0;
        std::atomic<std::uint64_t> bytes = 0;
        std::atomic<std::uint64_t> failures = 0;
    };

    struct Bin {
        std::atomic<std::uint64_t> readBytes = 0;
        std::atomic<std::uint64_t> writtenBytes = 0;
    };

    void addToBins(const TapEvent& event) noexcept;

    std::uint64_t m_diskSize;
    unsigned m_binShift;
    std::uint64_t m_phase; ///< bytes that the first bin would reach before the disk
    std::vector<Bin> m_bins;
    std::array<Totals, tapKindCount> m_totals;
    EventQueue m_events;
};

/// Of the clock in events.
[[nodiscard]] std::uint64_t tapClockNs() noexcept;

} // namespace fatlas::block
