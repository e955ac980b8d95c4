#include "core/serve/traffic.hpp"

#include <algorithm>

namespace fatlas::serve {

namespace {

/// Finds who answers for bytes of the disk, from the first to the last.
class Walk {
public:
    Walk(const fat::UsageMap& map, std::uint64_t volumeOffset, DiskTraffic& traffic)
        : m_map(map), m_volumeOffset(volumeOffset),
          m_dataOffset(volumeOffset + map.geometry().dataOffset()),
          m_dataEnd(m_dataOffset +
                    std::uint64_t{map.geometry().clusterCount} * map.geometry().clusterSize()),
          m_traffic(traffic)
    {}

    /// Of bytes [first, end); calls come in the order of the disk.
    Traffic& of(std::uint64_t first, std::uint64_t end)
    {
        if (first < m_volumeOffset || first >= m_dataEnd)
            return m_traffic.outside;
        if (first < m_dataOffset)
            return m_traffic.system;
        const std::uint64_t size = m_map.geometry().clusterSize();
        const std::uint64_t cluster = 2 + (first - m_dataOffset) / size;
        const std::uint64_t last = 2 + (std::min(end, m_dataEnd) - 1 - m_dataOffset) / size;
        const auto& runs = m_map.runs();
        while (m_run < runs.size() && runs[m_run].end().value <= cluster)
            ++m_run;
        for (std::size_t i = m_run; i < runs.size() && runs[i].first.value <= last; ++i)
            if (runs[i].owner < m_traffic.owners.size())
                return m_traffic.owners[runs[i].owner];
        return m_traffic.ownerless;
    }

private:
    const fat::UsageMap& m_map;
    std::uint64_t m_volumeOffset;
    std::uint64_t m_dataOffset;
    std::uint64_t m_dataEnd;
    DiskTraffic& m_traffic;
    std::size_t m_run = 0;
};

} // namespace

DiskTraffic trafficOf(const block::Tap& tap, const fat::UsageMap& map, std::uint64_t volumeOffset,
                      std::size_t ownerCount)
{
    DiskTraffic traffic;
    traffic.owners.resize(ownerCount);
    Walk walk(map, volumeOffset, traffic);
    for (std::size_t i = 0; i < tap.binCount(); ++i)
        if (const block::TapBin bin = tap.bin(i); bin != block::TapBin{})
            walk.of(tap.binOffset(i), tap.binOffset(i + 1)) += bin;
    return traffic;
}

} // namespace fatlas::serve
