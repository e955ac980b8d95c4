#include "core/folder_disk/placement.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/partition/partition_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint64_t partitionOffset = MiB;
constexpr std::uint64_t smallDisk = 4 * MiB;
constexpr std::uint64_t smallDiskOffset = 32 * KiB;
constexpr std::uint8_t efiSystemType = 0xEF;
constexpr std::uint16_t cylindersOfBios = 1024;

/// The BIOS translation that reaches the whole disk, as partition tools for DOS chose it.
std::uint16_t headsForDos(const Options& options, std::uint64_t diskSize)
{
    const std::uint64_t sectors = diskSize / options.sectorSize;
    constexpr std::array<std::uint16_t, 4> translations{16, 32, 64, 128};
    for (const std::uint16_t heads : translations)
        if (sectors <= std::uint64_t{cylindersOfBios} * heads * 63)
            return heads;
    return 255;
}

bool isForDos(const Options& options)
{
    return options.compat == Compat::Dos && options.partition != PartitionScheme::Gpt;
}

DiskLayout baseLayout(const Options& options, std::uint64_t diskSize)
{
    DiskLayout layout;
    layout.diskSize = diskSize;
    layout.scheme = options.partition;
    if (options.classic) {
        layout.chsHeads = options.classic->heads;
        layout.chsSectorsPerTrack = options.classic->sectorsPerTrack;
    } else if (isForDos(options)) {
        layout.chsHeads = headsForDos(options, diskSize);
    }
    return layout;
}

std::uint64_t offsetOf(const Options& options, const DiskLayout& layout)
{
    if (options.partition == PartitionScheme::None)
        return 0;
    if (options.classic || isForDos(options))
        return std::uint64_t{layout.chsSectorsPerTrack} * options.sectorSize;
    return layout.diskSize < smallDisk ? smallDiskOffset : partitionOffset;
}

std::uint64_t endOf(const Options& options, const DiskLayout& layout)
{
    const std::uint64_t tail = partition::gptTailSectors(options.sectorSize) * options.sectorSize;
    if (options.partition == PartitionScheme::Gpt)
        return layout.diskSize - std::min(layout.diskSize, tail);
    if (options.partition == PartitionScheme::None || !isForDos(options) || options.classic)
        return layout.diskSize;
    const std::uint64_t cylinder =
        std::uint64_t{layout.chsHeads} * layout.chsSectorsPerTrack * options.sectorSize;
    return layout.diskSize / cylinder * cylinder;
}

/// FAT counts sectors in 32 bits: a disk of exactly 2^32 sectors leaves its last one unused.
Result<std::uint64_t> withinFat(const Options& options, std::uint64_t volumeSize)
{
    const std::uint64_t most = std::uint64_t{fat::maxTotalSectors} * options.sectorSize;
    if (volumeSize <= most + options.sectorSize)
        return std::min(volumeSize, most);
    return fail(ErrorCode::InvalidArgument,
                fmt::format("a disk of {} is more than FAT can count with sectors of {} bytes: at "
                            "most {}{}",
                            formatSize(volumeSize), options.sectorSize,
                            formatSize(most + options.sectorSize),
                            options.sectorSize < 4096 ? "; larger sectors reach further" : ""));
}

} // namespace

Result<Placement> placeVolume(const Options& options, std::uint64_t diskSize)
{
    Placement placement{.layout = baseLayout(options, diskSize), .volumeSize = 0};
    placement.layout.volumeOffset = offsetOf(options, placement.layout);
    const std::uint64_t end = endOf(options, placement.layout);
    if (end <= placement.layout.volumeOffset)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("a disk of {} has no room for a partition table and a volume; the "
                                "volume would start at {}",
                                formatSize(diskSize), formatSize(placement.layout.volumeOffset)));
    FATLAS_ASSIGN(placement.volumeSize, withinFat(options, end - placement.layout.volumeOffset));
    return placement;
}

std::uint64_t roundDiskSize(const Options& options, std::uint64_t size)
{
    if (!isForDos(options) || options.partition == PartitionScheme::None)
        return roundUp(size, MiB);
    // More heads make larger cylinders, so a size rounded up may need another round.
    for (std::uint64_t rounded = size;;) {
        const std::uint64_t cylinder =
            std::uint64_t{headsForDos(options, rounded)} * 63 * options.sectorSize;
        const std::uint64_t next = roundUp(rounded, cylinder);
        if (next == rounded)
            return rounded;
        rounded = next;
    }
}

fat::GeometryRequest requestFor(const Options& options, const Placement& placement)
{
    fat::GeometryRequest request;
    request.type = options.fat;
    request.volumeSize = placement.volumeSize;
    request.bytesPerSector = options.sectorSize;
    if (options.clusterSize)
        request.sectorsPerCluster = *options.clusterSize / options.sectorSize;
    request.volumeOffset = placement.layout.volumeOffset;
    request.hiddenSectors = placement.hiddenSectors(options.sectorSize);
    request.sectorsPerTrack = placement.layout.chsSectorsPerTrack;
    request.heads = placement.layout.chsHeads;
    return request;
}

std::uint8_t mbrTypeOf(const Options& options, const DiskLayout& layout,
                       const fat::Geometry& geometry)
{
    if (layout.scheme != PartitionScheme::Mbr)
        return 0;
    if (options.efiSystem)
        return efiSystemType;
    return partition::mbrTypeForFat(
        static_cast<int>(geometry.type), layout.volumeOffset / geometry.bytesPerSector,
        geometry.totalSectors,
        {.heads = layout.chsHeads, .sectorsPerTrack = layout.chsSectorsPerTrack});
}

} // namespace fatlas::folder_disk
