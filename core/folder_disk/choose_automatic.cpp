#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/fat_table.hpp"
#include "core/folder_disk/choose_volume.hpp"
#include "core/folder_disk/placement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint64_t smallestDisk = 32 * MiB;
constexpr std::uint64_t smallestFat12Disk = 8 * MiB;
constexpr std::uint64_t fat16Reach = 512 * MiB;
constexpr std::uint64_t fat16ReachForDos = 2 * GiB;
constexpr std::uint32_t standardRoot = 512;
constexpr std::uint32_t smallestCluster = 4096;
constexpr std::uint32_t smallestClusterForDos = 2048;
constexpr std::uint32_t largestCluster = 32768;

bool isModern(const Options& options)
{
    return options.compat == Compat::Modern;
}

/// Type and cluster size fixed: the size follows from the content.
struct Shape {
    fat::FatType type;
    std::uint32_t clusterSize;
};

Options withShape(const Options& options, Shape shape, std::uint64_t diskSize)
{
    Options fixed = options;
    fixed.fat = shape.type;
    fixed.clusterSize = shape.clusterSize;
    fixed.size = diskSize;
    return fixed;
}

/// Everything that is not a cluster, estimated from above.
std::uint64_t overheadOf(const Options& options, const Demand& demand, Shape shape,
                         std::uint64_t clusters)
{
    const auto count = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(clusters, fat::clusterCountRange(shape.type).max));
    const std::uint64_t fats = 2 * (fat::fatBytesFor(shape.type, count) + options.sectorSize);
    const std::uint64_t root = std::uint64_t{std::max(standardRoot, demand.rootSlots() * 2)} * 32;
    const std::uint64_t reserved = 48 * std::uint64_t{options.sectorSize} + smallestCluster;
    const std::uint64_t table = options.partition == PartitionScheme::None ? 0 : MiB + 64 * KiB;
    return fats + root + reserved + table;
}

/// What the content needs and a quarter more, at least what makes the type legal.
std::uint64_t automaticSize(const Options& options, const Demand& demand, Shape shape)
{
    const std::uint64_t needed = demand.clusters(shape.clusterSize, shape.type);
    const auto range = fat::clusterCountRange(shape.type);
    const std::uint64_t wanted =
        std::max<std::uint64_t>(needed + needed / 4, range.min + fat::borderMargin);
    const std::uint64_t size =
        wanted * shape.clusterSize + overheadOf(options, demand, shape, wanted);
    const std::uint64_t floor =
        shape.type == fat::FatType::Fat12 ? smallestFat12Disk : smallestDisk;
    return roundDiskSize(options, std::max(size, floor));
}

std::optional<VolumeChoice> tryShape(const Options& options, const Demand& demand, Shape shape,
                                     std::uint64_t size)
{
    const auto choice = chooseSized(withShape(options, shape, size), demand, size);
    if (!choice || !demand.fits(choice->geometry))
        return std::nullopt;
    return *choice;
}

/// As large as clusters of this size reach: without room to grow, or below the usual floor.
Result<std::uint64_t> largestSize(const Options& options, Shape shape)
{
    const Options fixed = withShape(options, shape, 0);
    FATLAS_ASSIGN(const Placement probe, placeVolume(fixed, smallestDisk));
    const auto range = fat::feasibleVolumeSizes(requestFor(fixed, probe), shape.type);
    if (!range)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("no {} disk can be made with sectors of {} and clusters of {}",
                                toString(shape.type), formatSize(options.sectorSize),
                                formatSize(shape.clusterSize)));
    // What alignment may take from the data area is given back here.
    const std::uint64_t spare = shape.clusterSize;
    return roundUp<std::uint64_t>(range->max + probe.layout.volumeOffset - spare,
                                  options.sectorSize);
}

/// Whether a volume of this type and size is what people expect of it.
bool isSuitable(const Options& options, const Demand& demand, const VolumeChoice& choice)
{
    const std::uint64_t size = choice.layout.diskSize;
    const fat::Geometry& geometry = choice.geometry;
    if (geometry.type == fat::FatType::Fat16 && !options.fat)
        return size <= (isModern(options) ? fat16Reach : fat16ReachForDos) &&
               (demand.rootSlots() <= standardRoot || !isModern(options));
    if (geometry.type == fat::FatType::Fat32 && !options.clusterSize)
        return fat::defaultSectorsPerCluster(geometry.type, size, options.sectorSize) *
                   options.sectorSize <=
               std::max(geometry.clusterSize(), smallestCluster);
    return true;
}

std::vector<Shape> shapesFor(const Options& options)
{
    using enum fat::FatType;
    const std::vector<fat::FatType> types =
        options.fat ? std::vector{*options.fat} : std::vector{Fat16, Fat32};
    const std::uint32_t first =
        std::max(options.sectorSize, isModern(options) ? smallestCluster : smallestClusterForDos);
    std::vector<Shape> shapes;
    for (const fat::FatType type : types) {
        if (options.clusterSize) {
            shapes.push_back({.type = type, .clusterSize = *options.clusterSize});
            continue;
        }
        for (std::uint32_t size = first; size <= largestCluster; size *= 2)
            shapes.push_back({.type = type, .clusterSize = size});
    }
    return shapes;
}

} // namespace

Result<VolumeChoice> chooseAutomatic(const Options& options, const Demand& demand)
{
    const std::vector<Shape> shapes = shapesFor(options);
    std::optional<VolumeChoice> fallback;
    for (const Shape shape : shapes) {
        const auto choice = tryShape(options, demand, shape, automaticSize(options, demand, shape));
        if (choice && isSuitable(options, demand, *choice))
            return *choice;
        if (choice)
            fallback = choice;
    }
    if (fallback)
        return *fallback;
    for (const Shape shape : shapes)
        if (const auto size = largestSize(options, shape))
            if (const auto choice = tryShape(options, demand, shape, *size))
                return *choice;
    // Nothing holds it all: the largest disk there is, so that the plan shows what is too much.
    FATLAS_ASSIGN(const std::uint64_t size, largestSize(options, shapes.back()));
    return chooseSized(withShape(options, shapes.back(), size), demand, size);
}

} // namespace fatlas::folder_disk
