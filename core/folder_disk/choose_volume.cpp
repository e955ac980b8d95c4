#include "core/folder_disk/choose_volume.hpp"

#include "core/base/text.hpp"
#include "core/folder_disk/placement.hpp"

#include <fmt/format.h>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint32_t floppySectorSize = 512;

/// Fewer sectors than FAT16 needs clusters: no cluster size helps.
bool canBeFat16(const FloppyLayout& layout)
{
    return layout.totalSectors() >= fat::minClustersFat16;
}

fat::GeometryRequest floppyRequest(const Options& options, const FloppyLayout& layout)
{
    fat::GeometryRequest request;
    request.type = options.fat;
    request.volumeSize = std::uint64_t{layout.totalSectors()} * floppySectorSize;
    request.rootEntryCount = layout.rootEntries;
    request.reservedSectors = 1;
    request.sectorsPerTrack = layout.sectorsPerTrack;
    request.heads = layout.heads;
    request.media = layout.media;
    const bool isFat16 = options.fat == fat::FatType::Fat16;
    // FAT16 needs every sector of the largest floppy as a cluster of its own.
    request.sectorsPerCluster = options.clusterSize ? *options.clusterSize / floppySectorSize
                                : isFat16           ? 1U
                                                    : std::uint32_t{layout.sectorsPerCluster};
    if (!isFat16 && request.sectorsPerCluster == layout.sectorsPerCluster)
        request.sectorsPerFat = layout.sectorsPerFat;
    return request;
}

} // namespace

Result<VolumeChoice> chooseFloppy(const Options& options, FloppyFormat format)
{
    const FloppyLayout& layout = layoutOf(format);
    if (options.fat == fat::FatType::Fat16 && !canBeFat16(layout))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("a {} floppy cannot be FAT16: that takes at least 4,085 clusters, "
                                "and it has {} sectors; FAT12 works, and FAT16 works on 2.88M",
                                layout.name, formatCount(layout.totalSectors())));
    VolumeChoice choice;
    FATLAS_ASSIGN(choice.geometry, fat::planGeometry(floppyRequest(options, layout)));
    choice.layout = {.diskSize = choice.geometry.volumeSize(),
                     .volumeOffset = 0,
                     .scheme = PartitionScheme::None,
                     .mbrType = 0,
                     .chsHeads = layout.heads,
                     .chsSectorsPerTrack = layout.sectorsPerTrack};
    return choice;
}

Result<VolumeChoice> chooseClassic(const Options& options, const ClassicDisk& disk)
{
    const std::uint64_t diskSize =
        std::uint64_t{disk.cylinders} * disk.heads * disk.sectorsPerTrack * options.sectorSize;
    FATLAS_ASSIGN(const Placement placement, placeVolume(options, diskSize));
    fat::GeometryRequest request = requestFor(options, placement);
    request.type = options.fat.value_or(fat::FatType::Fat16);
    if (!options.clusterSize)
        request.sectorsPerCluster = request.type == fat::FatType::Fat32 ? 8 : 16;
    VolumeChoice choice{.layout = placement.layout, .geometry = {}};
    FATLAS_ASSIGN(choice.geometry, fat::planGeometry(request));
    choice.layout.mbrType = mbrTypeOf(options, choice.layout, choice.geometry);
    return choice;
}

Result<VolumeChoice> chooseVolume(const Options& options, const Demand& demand)
{
    if (options.floppy)
        return chooseFloppy(options, *options.floppy);
    if (options.classic)
        return chooseClassic(options, *options.classic);
    if (options.size)
        return chooseSized(options, demand, *options.size);
    return chooseAutomatic(options, demand);
}

} // namespace fatlas::folder_disk
