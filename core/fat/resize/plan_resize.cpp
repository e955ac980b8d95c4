#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/resize/resize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

namespace fatlas::fat {

namespace {

constexpr std::uint64_t shareAlignment = 4096; ///< blocks of file systems

std::uint32_t maxClusters(FatType type)
{
    switch (type) {
    case FatType::Fat12: return minClustersFat16 - 1;
    case FatType::Fat16: return minClustersFat32 - 1;
    case FatType::Fat32: break;
    }
    return maxClustersFat32;
}

std::uint32_t minClusters(const Geometry& before)
{
    if (before.type == FatType::Fat16)
        return minClustersFat16;
    const bool obeysTheLaw = before.clusterCount >= minClustersFat32;
    return before.type == FatType::Fat32 && obeysTheLaw ? minClustersFat32 : 1;
}

std::uint64_t sectorsBeforeData(const Geometry& geometry)
{
    return geometry.dataOffset() / geometry.bytesPerSector;
}

std::uint64_t clustersThatFit(const Geometry& geometry)
{
    const std::uint64_t before = sectorsBeforeData(geometry);
    return geometry.totalSectors <= before
               ? 0
               : (geometry.totalSectors - before) / geometry.sectorsPerCluster;
}

/// A FAT has room for them.
std::uint64_t sectorsForClusters(const Geometry& geometry, std::uint64_t clusters)
{
    const auto counted =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(clusters, maxClusters(geometry.type)));
    return divideRoundUp<std::uint64_t>(fatBytesFor(geometry.type, counted),
                                        geometry.bytesPerSector);
}

/// Larger FATs leave room for fewer clusters, so this comes to rest. Data move by whole blocks of
/// file systems, so that they can be shared with the old file.
void growFats(Geometry& after)
{
    const std::uint64_t step = std::max<std::uint64_t>(
        1, shareAlignment /
               std::gcd(shareAlignment, std::uint64_t{after.fatCount} * after.bytesPerSector));
    for (;;) {
        const std::uint64_t needed = sectorsForClusters(after, clustersThatFit(after));
        if (needed <= after.sectorsPerFat)
            return;
        after.sectorsPerFat +=
            static_cast<std::uint32_t>(roundUp<std::uint64_t>(needed - after.sectorsPerFat, step));
    }
}

Result<std::optional<Cluster>> lastUsed(const Volume& volume, const JobControl& job)
{
    constexpr std::uint32_t piece = 1U << 18;
    std::vector<std::uint32_t> entries;
    std::optional<Cluster> last;
    const Cluster end = volume.geometry().endCluster();
    for (Cluster at{2}; at < end; at = at + static_cast<std::uint32_t>(entries.size())) {
        FATLAS_TRY(job.checkpoint());
        entries.resize(std::min(piece, end - at));
        FATLAS_TRY(volume.rawEntries(at, entries));
        for (std::size_t i = entries.size(); i > 0; --i) {
            const EntryKind kind = interpretEntry(volume.geometry().type, entries[i - 1]).kind;
            if (kind == EntryKind::Free || kind == EntryKind::Bad)
                continue;
            last = at + static_cast<std::uint32_t>(i - 1);
            break;
        }
    }
    return last;
}

Result<> refuseCuttingUsed(const Volume& volume, const Geometry& after, const JobControl& job)
{
    FATLAS_ASSIGN(const auto last, lastUsed(volume, job));
    if (!last || *last < after.endCluster())
        return {};
    const std::uint64_t least = after.clusterOffset(*last + 1);
    return fail(ErrorCode::Refused,
                fmt::format("cluster {} is in use and lies behind the new end; the volume needs "
                            "at least {} bytes ({})",
                            last->value, formatCount(least), formatSize(least)));
}

Result<> checkCount(const Geometry& before, const Geometry& after)
{
    const std::uint64_t clusters = clustersThatFit(after);
    const std::uint64_t most = maxClusters(before.type);
    const std::uint64_t least = minClusters(before);
    if (clusters > most)
        return fail(ErrorCode::Refused,
                    fmt::format("{} with clusters of {} ends at {}; a larger volume has to be made "
                                "anew, with larger clusters or another FAT type",
                                toString(before.type), formatSize(before.clusterSize()),
                                formatSize(most * before.clusterSize())));
    if (clusters < least)
        return fail(ErrorCode::Refused,
                    fmt::format("the volume would have {} clusters, and {} has at least {}; a "
                                "smaller one has to be made anew",
                                formatCount(clusters), toString(before.type), formatCount(least)));
    return {};
}

} // namespace

Result<ResizePlan> planResize(const Volume& volume, std::uint64_t size, const JobControl& job)
{
    const Geometry& before = volume.geometry();
    if (volume.boot().layoutSource != LayoutSource::BootSector ||
        before.volumeSize() > volume.device().size())
        return fail(ErrorCode::Refused, "the volume is damaged: repair it before it is resized");
    if (size % before.bytesPerSector != 0)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the volume would have {} bytes, expected a multiple of {}", size,
                                before.bytesPerSector));
    if (size / before.bytesPerSector > std::numeric_limits<std::uint32_t>::max())
        return fail(ErrorCode::Refused,
                    fmt::format("a FAT volume has at most 4,294,967,295 sectors, not {}",
                                formatCount(size / before.bytesPerSector)));
    Geometry after = before;
    after.totalSectors = static_cast<std::uint32_t>(size / before.bytesPerSector);
    growFats(after);
    FATLAS_TRY(checkCount(before, after));
    after.clusterCount = static_cast<std::uint32_t>(clustersThatFit(after));
    if (after.clusterCount < before.clusterCount)
        FATLAS_TRY(refuseCuttingUsed(volume, after, job));
    return ResizePlan{.before = before, .after = after};
}

} // namespace fatlas::fat
