#include "core/folder_disk/computed_fat.hpp"

#include "core/fat/fat_table.hpp"

#include <algorithm>
#include <array>

namespace fatlas::folder_disk {
namespace {

/// Entries encoded at a time; even, so that FAT12 windows start and end on whole bytes.
constexpr std::uint32_t windowEntries = 4096;
constexpr std::size_t largestEntry = 4;

constexpr std::uint32_t windowBytes(fat::FatType type)
{
    return static_cast<std::uint32_t>(fat::entryOffset(type, Cluster{windowEntries}));
}

} // namespace

ComputedFat::ComputedFat(const Plan& plan)
    : m_plan(plan), m_usedSize(fat::fatBytesFor(plan.geometry().type, clustersInUse()))
{}

std::uint32_t ComputedFat::clustersInUse() const
{
    if (m_plan.allocation.empty())
        return 0;
    const Entry& last = m_plan.entries[m_plan.allocation.back()];
    return last.firstCluster.value + last.clusterCount - 2;
}

void ComputedFat::read(std::uint64_t offset, ByteSpan into) const
{
    const std::uint32_t size = windowBytes(m_plan.geometry().type);
    std::array<std::byte, windowEntries * largestEntry> buffer;
    while (!into.empty()) {
        if (offset >= m_usedSize) {
            std::ranges::fill(into, std::byte{0});
            return;
        }
        const std::uint64_t index = offset / size;
        const auto within = static_cast<std::size_t>(offset % size);
        const ByteSpan window = std::span(buffer).first(size);
        encodeWindow(static_cast<std::uint32_t>(index * windowEntries), window);
        const std::size_t count = std::min<std::size_t>(into.size(), size - within);
        std::ranges::copy(window.subspan(within, count), into.begin());
        into = into.subspan(count);
        offset += count;
    }
}

void ComputedFat::encodeWindow(std::uint32_t first, ByteSpan window) const
{
    std::ranges::fill(window, std::byte{0});
    const fat::FatType type = m_plan.geometry().type;
    if (first == 0) {
        // Entry 0 repeats the media byte; entry 1 has the clean and no-error bits set.
        fat::setRawEntry(type, window, Cluster{0}, 0x0FFFFF00U | m_plan.geometry().media);
        fat::setRawEntry(type, window, Cluster{1}, fat::endMark(type));
    }
    const auto endOf = [this](std::uint32_t index) {
        const Entry& entry = m_plan.entries[index];
        return entry.firstCluster.value + entry.clusterCount;
    };
    auto next = std::ranges::upper_bound(m_plan.allocation, first, {}, endOf);
    for (; next != m_plan.allocation.end(); ++next) {
        const Entry& entry = m_plan.entries[*next];
        if (entry.firstCluster.value >= first + windowEntries)
            return;
        encodeRun(entry, first, window);
    }
}

void ComputedFat::encodeRun(const Entry& entry, std::uint32_t first, ByteSpan window) const
{
    const fat::FatType type = m_plan.geometry().type;
    const std::uint32_t last = entry.firstCluster.value + entry.clusterCount - 1;
    const std::uint32_t from = std::max(entry.firstCluster.value, first);
    const std::uint32_t to = std::min(last, first + windowEntries - 1);
    for (std::uint32_t cluster = from; cluster <= to; ++cluster)
        fat::setRawEntry(type, window, Cluster{cluster - first},
                         cluster == last ? fat::endMark(type) : cluster + 1);
}

} // namespace fatlas::folder_disk
