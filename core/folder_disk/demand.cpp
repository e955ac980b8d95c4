#include "core/folder_disk/demand.hpp"

#include "core/base/checked.hpp"
#include "core/fat/directory_entry.hpp"

#include <algorithm>
#include <bit>

namespace fatlas::folder_disk {
namespace {

constexpr int smallestShift = 9;

} // namespace

std::uint64_t clustersOf(const Entry& entry, std::uint32_t clusterSize)
{
    const std::uint64_t count = divideRoundUp<std::uint64_t>(entry.size, clusterSize);
    return entry.isDirectory ? std::max<std::uint64_t>(count, 1) : count;
}

Demand::Demand(std::span<const Entry> entries)
    : m_rootSlots(static_cast<std::uint32_t>(entries.front().size / fat::slotSize))
{
    for (const Entry& entry : entries.subspan(1)) {
        // Rounded up; an empty folder still has `.` and `..`, so its size is never 0.
        const std::uint64_t last = entry.size - 1;
        if (entry.size == 0)
            continue;
        for (std::size_t i = 0; i < sizeCount; ++i)
            m_clusters[i] += (last >> (smallestShift + static_cast<int>(i))) + 1;
    }
}

std::uint64_t Demand::clusters(std::uint32_t clusterSize, fat::FatType type) const
{
    const std::uint64_t content =
        m_clusters[static_cast<std::size_t>(std::countr_zero(clusterSize) - smallestShift)];
    if (type != fat::FatType::Fat32)
        return content;
    const std::uint64_t rootBytes = std::uint64_t{m_rootSlots} * fat::slotSize;
    return content +
           std::max<std::uint64_t>(1, divideRoundUp<std::uint64_t>(rootBytes, clusterSize));
}

bool Demand::fits(const fat::Geometry& geometry) const
{
    const bool rootFits =
        geometry.type == fat::FatType::Fat32 || m_rootSlots <= geometry.rootEntryCount;
    return rootFits && clusters(geometry.clusterSize(), geometry.type) <= geometry.clusterCount;
}

} // namespace fatlas::folder_disk
