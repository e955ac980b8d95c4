#include "core/block/tap.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <bit>
#include <chrono>

namespace fatlas::block {

namespace {

constexpr unsigned maxBinShift = 62;

/// Bins of 2^shift bytes that a disk has, wherever their borders lie.
constexpr std::uint64_t binsNeeded(std::uint64_t diskSize, unsigned shift)
{
    return (diskSize >> shift) + 2;
}

unsigned chooseShift(std::uint64_t diskSize, std::uint64_t binSize)
{
    const std::uint64_t smallest = std::clamp<std::uint64_t>(binSize, 1, std::uint64_t{1} << 62);
    auto shift = static_cast<unsigned>(std::bit_width(smallest - 1));
    while (shift < maxBinShift && binsNeeded(diskSize, shift) > Tap::maxBins)
        ++shift;
    return shift;
}

constexpr auto relaxed = std::memory_order_relaxed;

} // namespace

std::uint64_t tapClockNs() noexcept
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

Tap::Tap(std::uint64_t diskSize, const TapLayout& layout)
    : m_diskSize(diskSize), m_binShift(chooseShift(diskSize, layout.binSize)),
      m_phase((binSize() - layout.origin % binSize()) % binSize()),
      m_bins(static_cast<std::size_t>(
          diskSize == 0 ? 0 : divideRoundUp(diskSize + m_phase, binSize()))),
      m_events(layout.queueCapacity)
{}

void Tap::record(const TapEvent& event) noexcept
{
    m_events.push(event);
    Totals& totals = m_totals[static_cast<std::size_t>(event.kind)];
    if (event.outcome == TapOutcome::Failed) {
        totals.failures.fetch_add(1, relaxed);
        return;
    }
    totals.operations.fetch_add(1, relaxed);
    if (event.length == 0 || event.kind == TapKind::Flush || event.offset >= m_diskSize)
        return;
    TapEvent inside = event;
    inside.length = std::min(event.length, m_diskSize - event.offset);
    totals.bytes.fetch_add(inside.length, relaxed);
    addToBins(inside);
}

void Tap::addToBins(const TapEvent& event) noexcept
{
    const bool isRead = event.kind == TapKind::Read;
    const std::uint64_t end = event.offset + event.length;
    std::uint64_t offset = event.offset;
    for (std::size_t index = binAt(offset); offset < end; ++index) {
        const std::uint64_t next = std::min(end, binOffset(index + 1));
        Bin& bin = m_bins[index];
        (isRead ? bin.readBytes : bin.writtenBytes).fetch_add(next - offset, relaxed);
        offset = next;
    }
}

TapTotals Tap::totals(TapKind kind) const noexcept
{
    const Totals& totals = m_totals[static_cast<std::size_t>(kind)];
    return {.operations = totals.operations.load(relaxed),
            .bytes = totals.bytes.load(relaxed),
            .failures = totals.failures.load(relaxed)};
}

std::uint64_t Tap::binOffset(std::size_t bin) const noexcept
{
    const std::uint64_t shifted = std::uint64_t{bin} << m_binShift;
    return shifted - std::min(shifted, m_phase);
}

std::size_t Tap::binAt(std::uint64_t offset) const noexcept
{
    return static_cast<std::size_t>((offset + m_phase) >> m_binShift);
}

TapBin Tap::bin(std::size_t index) const noexcept
{
    return {.readBytes = m_bins[index].readBytes.load(relaxed),
            .writtenBytes = m_bins[index].writtenBytes.load(relaxed)};
}

} // namespace fatlas::block
