#include "core/fat/plan_geometry_layout.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

namespace fatlas::fat::planning {
namespace {

constexpr std::uint64_t maxReservedSectors = UINT16_MAX;
constexpr std::uint32_t slotBytes = 32;

/// Clusters that a FAT of so many bytes has entries for; entries 0 and 1 are not clusters.
std::uint64_t capacityOf(FatType type, std::uint64_t fatSize)
{
    const std::uint64_t entries = type == FatType::Fat12   ? fatSize * 2 / 3
                                  : type == FatType::Fat16 ? fatSize / 2
                                                           : fatSize / 4;
    return entries < 2 ? 0 : entries - 2;
}

std::uint64_t clustersWith(const GeometryRequest& request, FatType type,
                           std::uint32_t sectorsPerCluster, std::uint64_t sectorsPerFat)
{
    const std::uint64_t total = request.volumeSize / request.bytesPerSector;
    const std::uint64_t start = dataStart(request, type, sectorsPerFat);
    return total <= start ? 0 : (total - start) / sectorsPerCluster;
}

/// A larger FAT holds more and leaves less to hold, so the first that is enough is found by
/// halving.
std::uint64_t smallestFat(const GeometryRequest& request, FatType type,
                          std::uint32_t sectorsPerCluster)
{
    const std::uint64_t total = request.volumeSize / request.bytesPerSector;
    std::uint64_t low = 1;
    std::uint64_t high = sectorsPerFatFor(request, type, total / sectorsPerCluster);
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (capacityOf(type, middle * request.bytesPerSector) >=
            clustersWith(request, type, sectorsPerCluster, middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct TableRow {
    std::uint64_t upToSize;
    std::uint32_t clusterSize;
};

constexpr std::array fat12Table{TableRow{2 * MiB, 512}, TableRow{4 * MiB, 1024},
                                TableRow{8 * MiB, 2048}, TableRow{16 * MiB, 4096}};
constexpr std::array fat16Table{TableRow{16 * MiB, 1024},  TableRow{128 * MiB, 2048},
                                TableRow{256 * MiB, 4096}, TableRow{512 * MiB, 8192},
                                TableRow{GiB, 16384},      TableRow{2 * GiB, 32768},
                                TableRow{4 * GiB, 65536}};
constexpr std::array fat32Table{TableRow{260 * MiB, 512}, TableRow{8 * GiB, 4096},
                                TableRow{16 * GiB, 8192}, TableRow{32 * GiB, 16384},
                                TableRow{UINT64_MAX, 32768}};

std::uint32_t lookUp(std::span<const TableRow> table, std::uint64_t volumeSize)
{
    for (const TableRow& row : table)
        if (volumeSize <= row.upToSize)
            return row.clusterSize;
    return table.back().clusterSize;
}

} // namespace

bool countFits(FatType type, std::uint64_t clusters, Border border) noexcept
{
    const ClusterCountRange range = clusterCountRange(type);
    const std::uint32_t margin = border == Border::Comfortable ? borderMargin : 0;
    const std::uint32_t low = type == FatType::Fat12 ? range.min : range.min + margin;
    const std::uint32_t high = type == FatType::Fat32 ? range.max : range.max - margin;
    return clusters >= low && clusters <= high;
}

std::uint32_t maxSectorsPerCluster(const GeometryRequest& request) noexcept
{
    return std::min(maxClusterSize / request.bytesPerSector, 128U);
}

std::uint64_t rootSectors(const GeometryRequest& request, FatType type) noexcept
{
    if (type == FatType::Fat32)
        return 0;
    return divideRoundUp(std::uint64_t{request.rootEntryCount} * slotBytes,
                         std::uint64_t{request.bytesPerSector});
}

std::uint64_t baseReservedSectors(const GeometryRequest& request, FatType type) noexcept
{
    return request.reservedSectors.value_or(type == FatType::Fat32 ? 32 : 1);
}

std::uint64_t dataStart(const GeometryRequest& request, FatType type,
                        std::uint64_t sectorsPerFat) noexcept
{
    const std::uint64_t start = baseReservedSectors(request, type) +
                                request.fatCount * sectorsPerFat + rootSectors(request, type);
    const std::uint64_t step = std::max(request.dataAlignment / request.bytesPerSector, 1U);
    const std::uint64_t offset = request.volumeOffset / request.bytesPerSector % step;
    return roundUp(offset + start, step) - offset;
}

std::uint64_t sectorsPerFatFor(const GeometryRequest& request, FatType type,
                               std::uint64_t clusters) noexcept
{
    const std::uint64_t entries = clusters + 2;
    const std::uint64_t bytes = type == FatType::Fat12   ? (entries * 3 + 1) / 2
                                : type == FatType::Fat16 ? entries * 2
                                                         : entries * 4;
    return divideRoundUp(bytes, std::uint64_t{request.bytesPerSector});
}

Layout layOut(const GeometryRequest& request, FatType type,
              std::uint32_t sectorsPerCluster) noexcept
{
    Layout layout;
    layout.sectorsPerCluster = sectorsPerCluster;
    layout.sectorsPerFat = request.sectorsPerFat ? *request.sectorsPerFat
                                                 : smallestFat(request, type, sectorsPerCluster);
    layout.rootSectors = rootSectors(request, type);
    layout.dataStart = dataStart(request, type, layout.sectorsPerFat);
    layout.reservedSectors =
        layout.dataStart - layout.rootSectors - request.fatCount * layout.sectorsPerFat;
    layout.clusters = clustersWith(request, type, sectorsPerCluster, layout.sectorsPerFat);
    layout.fatCapacity = capacityOf(type, layout.sectorsPerFat * request.bytesPerSector);
    return layout;
}

bool isValid(const Layout& layout, FatType type, Border border) noexcept
{
    const std::uint64_t minReserved = type == FatType::Fat32 ? 2 : 1;
    return countFits(type, layout.clusters, border) && layout.fatCapacity >= layout.clusters &&
           layout.reservedSectors >= minReserved && layout.reservedSectors <= maxReservedSectors &&
           (type == FatType::Fat32 || layout.sectorsPerFat <= UINT16_MAX);
}

std::uint32_t tableClusterSize(FatType type, std::uint64_t volumeSize) noexcept
{
    switch (type) {
    case FatType::Fat12: return lookUp(fat12Table, volumeSize);
    case FatType::Fat16: return lookUp(fat16Table, volumeSize);
    case FatType::Fat32: break;
    }
    return lookUp(fat32Table, volumeSize);
}

std::optional<Layout> pickLayout(const GeometryRequest& request, FatType type,
                                 Border border) noexcept
{
    std::optional<Layout> best;
    int bestDistance = 0;
    const std::uint32_t wanted = request.sectorsPerCluster.value_or(
        std::max(tableClusterSize(type, request.volumeSize) / request.bytesPerSector, 1U));
    for (std::uint32_t size = 1; size <= maxSectorsPerCluster(request); size *= 2) {
        const int distance = std::abs(std::countr_zero(size) - std::countr_zero(wanted));
        if ((request.sectorsPerCluster && distance != 0) || (best && distance >= bestDistance))
            continue;
        const Layout layout = layOut(request, type, size);
        if (!isValid(layout, type, border))
            continue;
        best = layout;
        bestDistance = distance;
    }
    return best;
}

} // namespace fatlas::fat::planning
