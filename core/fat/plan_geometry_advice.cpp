#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/plan_geometry.hpp"
#include "core/fat/plan_geometry_layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace fatlas::fat {
namespace {

using planning::Border;
using planning::Layout;

constexpr std::array allTypes{FatType::Fat12, FatType::Fat16, FatType::Fat32};

/// The smallest and largest volume with clusters of this size. Exact: a volume with fewer sectors
/// than `min` has too few clusters whatever its FAT; one with more than `max` has too many.
std::optional<VolumeSizeRange> sizesFor(GeometryRequest request, FatType type,
                                        std::uint32_t sectorsPerCluster)
{
    const ClusterCountRange range = clusterCountRange(type);
    const auto sectorsFor = [&](std::uint64_t clusters) {
        const std::uint64_t fat = request.sectorsPerFat.value_or(
            static_cast<std::uint32_t>(planning::sectorsPerFatFor(request, type, clusters)));
        return planning::dataStart(request, type, fat) + clusters * sectorsPerCluster;
    };
    std::uint64_t most = range.max;
    if (request.sectorsPerFat) {
        request.volumeSize = 0;
        most = std::min(most, planning::layOut(request, type, sectorsPerCluster).fatCapacity);
    }
    const std::uint64_t least = sectorsFor(range.min);
    const std::uint64_t largest =
        std::min<std::uint64_t>(sectorsFor(most) + sectorsPerCluster - 1, maxTotalSectors);
    if (most < range.min || least > largest)
        return std::nullopt;
    request.volumeSize = least * request.bytesPerSector;
    if (!isValid(planning::layOut(request, type, sectorsPerCluster), type, Border::Legal))
        return std::nullopt;
    return VolumeSizeRange{.min = least * request.bytesPerSector,
                           .max = largest * request.bytesPerSector};
}

std::string wholeUnits(std::uint64_t size)
{
    for (const auto& [unit, name] : {std::pair{GiB, "GiB"}, std::pair{MiB, "MiB"}})
        if (size % unit == 0)
            return fmt::format("{} {}", formatCount(size / unit), name);
    return fmt::format("{} KiB", formatCount(size / KiB));
}

/// Rounded inwards to whole KiB or MiB, so that the numbers shown work too.
std::string sizeRangeText(VolumeSizeRange sizes)
{
    const auto unit = [](std::uint64_t size) { return size < 10 * MiB ? KiB : MiB; };
    const std::uint64_t low = roundUp(sizes.min, unit(sizes.min));
    const std::uint64_t high = sizes.max / unit(sizes.max) * unit(sizes.max);
    if (high <= low)
        return fmt::format("a volume of {} to {} bytes", sizes.min, sizes.max);
    return fmt::format("a volume of {} to {}", wholeUnits(low), wholeUnits(high));
}

std::string typesText(const std::vector<FatType>& types)
{
    std::vector<std::string> names;
    for (const FatType type : types)
        names.emplace_back(toString(type));
    return fmt::format("{}", fmt::join(names, " or "));
}

/// What the user could ask for instead, most like the request first.
std::vector<std::string> alternatives(const GeometryRequest& request, FatType type)
{
    std::vector<std::string> result;
    const auto clusterSizes = feasibleClusterSizes(request, type);
    if (request.sectorsPerCluster && !clusterSizes.empty()) {
        std::vector<std::string> names;
        for (const std::uint32_t size : clusterSizes)
            names.push_back(formatSize(size));
        result.push_back(fmt::format("clusters of {}", fmt::join(names, ", ")));
    }
    if (request.type)
        if (const auto types = feasibleTypes(request); !types.empty())
            result.push_back(typesText(types));
    if (const auto sizes = feasibleVolumeSizes(request, type))
        result.push_back(fmt::format("{} for {}", sizeRangeText(*sizes), toString(type)));
    return result;
}

/// What is wrong with a layout, in words.
std::string complaint(const GeometryRequest& request, FatType type, const Layout& layout)
{
    const std::string volume =
        fmt::format("{} on {} with clusters of {}", toString(type), formatSize(request.volumeSize),
                    formatSize(std::uint64_t{layout.sectorsPerCluster} * request.bytesPerSector));
    if (layout.clusters == 0)
        return fmt::format("{} has no room for a single cluster", volume);
    if (!planning::countFits(type, layout.clusters, Border::Legal)) {
        const ClusterCountRange range = clusterCountRange(type);
        return fmt::format("{} would have {} clusters, expected {} to {}", volume,
                           formatCount(layout.clusters), formatCount(range.min),
                           formatCount(range.max));
    }
    if (layout.fatCapacity < layout.clusters)
        return fmt::format("{} has {} clusters, but {} sectors per FAT hold only {}", volume,
                           formatCount(layout.clusters), layout.sectorsPerFat,
                           formatCount(layout.fatCapacity));
    if (type != FatType::Fat32 && layout.sectorsPerFat > UINT16_MAX)
        return fmt::format("{} has {} sectors per FAT, expected at most 65535", volume,
                           layout.sectorsPerFat);
    return fmt::format("{} would need {} reserved sectors, expected {} to 65535", volume,
                       layout.reservedSectors, type == FatType::Fat32 ? 2 : 1);
}

/// The type whose cluster range is met or missed by the least: the one to talk about.
FatType nearestType(const GeometryRequest& request)
{
    if (request.type)
        return *request.type;
    if (request.volumeSize < 8 * MiB)
        return FatType::Fat12;
    return request.volumeSize < 512 * MiB ? FatType::Fat16 : FatType::Fat32;
}

} // namespace

namespace planning {

Error explainMisfit(const GeometryRequest& request)
{
    const FatType type = nearestType(request);
    const std::uint32_t perCluster = request.sectorsPerCluster.value_or(
        std::max(tableClusterSize(type, request.volumeSize) / request.bytesPerSector, 1U));
    std::string message = complaint(request, type, layOut(request, type, perCluster));
    const auto others = alternatives(request, type);
    if (!others.empty())
        message += fmt::format("; what would work: {}", fmt::join(others, "; or "));
    return Error{.code = ErrorCode::InvalidArgument, .message = std::move(message)};
}

} // namespace planning

std::optional<VolumeSizeRange> feasibleVolumeSizes(const GeometryRequest& request, FatType type)
{
    GeometryRequest wanted = request;
    wanted.type = type;
    wanted.volumeSize = 0;
    if (!planning::validateRequest(wanted))
        return std::nullopt;
    std::optional<VolumeSizeRange> result;
    for (std::uint32_t size = 1; size <= planning::maxSectorsPerCluster(wanted); size *= 2) {
        if (request.sectorsPerCluster && *request.sectorsPerCluster != size)
            continue;
        const auto sizes = sizesFor(wanted, type, size);
        if (!sizes)
            continue;
        if (!result)
            result = sizes;
        result->min = std::min(result->min, sizes->min);
        result->max = std::max(result->max, sizes->max);
    }
    return result;
}

std::vector<std::uint32_t> feasibleClusterSizes(const GeometryRequest& request, FatType type)
{
    std::vector<std::uint32_t> result;
    GeometryRequest wanted = request;
    wanted.type = type;
    wanted.sectorsPerCluster.reset();
    if (!planning::validateRequest(wanted))
        return result;
    for (std::uint32_t size = 1; size <= planning::maxSectorsPerCluster(wanted); size *= 2)
        if (isValid(planning::layOut(wanted, type, size), type, Border::Legal))
            result.push_back(size * request.bytesPerSector);
    return result;
}

std::vector<FatType> feasibleTypes(const GeometryRequest& request)
{
    std::vector<FatType> result;
    for (const FatType type : allTypes) {
        GeometryRequest wanted = request;
        wanted.type = type;
        if (planning::validateRequest(wanted) && planning::pickLayout(wanted, type, Border::Legal))
            result.push_back(type);
    }
    return result;
}

} // namespace fatlas::fat
