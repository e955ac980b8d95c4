#include "core/fat/plan_geometry.hpp"

#include "core/base/text.hpp"
#include "core/fat/plan_geometry_layout.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace fatlas::fat {

namespace planning {
namespace {

Result<> validateSizes(const GeometryRequest& request)
{
    const std::uint32_t sector = request.bytesPerSector;
    if (!std::has_single_bit(sector) || sector < 512 || sector > 4096)
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("sector size is {} bytes, expected 512, 1024, 2048 or 4096", sector));
    if (request.volumeSize / sector > maxTotalSectors)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("volume size is {} bytes, expected at most {}: FAT counts sectors "
                                "(here of {} bytes) in 32 bits",
                                request.volumeSize, std::uint64_t{maxTotalSectors} * sector,
                                sector));
    if (!request.sectorsPerCluster)
        return {};
    const std::uint32_t perCluster = *request.sectorsPerCluster;
    if (!std::has_single_bit(perCluster) || perCluster > maxSectorsPerCluster(request))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("cluster size is {} sectors of {} bytes, expected a power of two "
                                "from {} to {} bytes",
                                perCluster, sector, sector,
                                maxSectorsPerCluster(request) * sector));
    return {};
}

Result<> validateRoot(const GeometryRequest& request)
{
    const std::uint32_t perSector = request.bytesPerSector / 32;
    const std::uint32_t most = UINT16_MAX / perSector * perSector;
    if (request.type == FatType::Fat32 ||
        (request.rootEntryCount >= 1 && request.rootEntryCount <= most))
        return {};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("root directory has {} entries, expected 1 to {}",
                            request.rootEntryCount, most));
}

Result<> validateCounts(const GeometryRequest& request)
{
    if (request.fatCount < 1 || request.fatCount > 255)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("number of FATs is {}, expected 1 to 255", request.fatCount));
    if (request.sectorsPerFat == 0)
        return fail(ErrorCode::InvalidArgument, "sectors per FAT is 0, expected at least 1");
    const std::uint32_t least = request.type == FatType::Fat32 ? 2 : 1;
    if (request.reservedSectors &&
        (*request.reservedSectors < least || *request.reservedSectors > UINT16_MAX))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("reserved sectors are {}, expected {} to 65535",
                                *request.reservedSectors, least));
    return {};
}

Result<> validateAlignment(const GeometryRequest& request)
{
    if (request.dataAlignment == 0)
        return {};
    if (request.volumeOffset % request.bytesPerSector != 0)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("volume starts at byte {}, expected a multiple of {}, the sector "
                                "size",
                                request.volumeOffset, request.bytesPerSector));
    if (request.dataAlignment % request.bytesPerSector != 0 &&
        request.bytesPerSector % request.dataAlignment != 0)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("data alignment is {} bytes, expected a multiple of {}, the sector "
                                "size",
                                request.dataAlignment, request.bytesPerSector));
    return {};
}

} // namespace

Result<> validateRequest(const GeometryRequest& request)
{
    FATLAS_TRY(validateSizes(request));
    FATLAS_TRY(validateRoot(request));
    FATLAS_TRY(validateCounts(request));
    return validateAlignment(request);
}

} // namespace planning

namespace {

using planning::Border;
using planning::Layout;

/// In the order in which they are tried when the type is ours to choose.
std::vector<FatType> candidateTypes(const GeometryRequest& request)
{
    if (request.type)
        return {*request.type};
    if (request.volumeSize < 8 * MiB)
        return {FatType::Fat12, FatType::Fat16, FatType::Fat32};
    if (request.volumeSize < 512 * MiB)
        return {FatType::Fat16, FatType::Fat12, FatType::Fat32};
    return {FatType::Fat32, FatType::Fat16, FatType::Fat12};
}

Geometry toGeometry(const GeometryRequest& request, FatType type, const Layout& layout)
{
    Geometry geometry{
        .type = type,
        .bytesPerSector = request.bytesPerSector,
        .sectorsPerCluster = layout.sectorsPerCluster,
        .reservedSectors = static_cast<std::uint32_t>(layout.reservedSectors),
        .fatCount = request.fatCount,
        .sectorsPerFat = static_cast<std::uint32_t>(layout.sectorsPerFat),
        .rootEntryCount =
            static_cast<std::uint32_t>(layout.rootSectors * request.bytesPerSector / 32),
        .totalSectors = static_cast<std::uint32_t>(request.volumeSize / request.bytesPerSector),
        .clusterCount = static_cast<std::uint32_t>(layout.clusters),
        .hiddenSectors = request.hiddenSectors,
        .sectorsPerTrack = request.sectorsPerTrack,
        .heads = request.heads,
        .media = request.media,
        .rootCluster = {},
        .fsInfoSector = 0,
        .backupBootSector = 0,
    };
    if (type == FatType::Fat32) {
        geometry.rootCluster = Cluster{2};
        geometry.fsInfoSector = 1;
        geometry.backupBootSector = geometry.reservedSectors >= 8 ? 6 : 0;
    }
    return geometry;
}

} // namespace

Result<Geometry> planGeometry(const GeometryRequest& request)
{
    FATLAS_TRY(planning::validateRequest(request));
    const std::vector<FatType> types = candidateTypes(request);
    for (const Border border : {Border::Comfortable, Border::Legal})
        for (const FatType type : types)
            if (const auto layout = planning::pickLayout(request, type, border))
                return toGeometry(request, type, *layout);
    return std::unexpected(planning::explainMisfit(request));
}

std::uint32_t defaultSectorsPerCluster(FatType type, std::uint64_t volumeSize,
                                       std::uint32_t bytesPerSector)
{
    GeometryRequest request;
    request.type = type;
    request.volumeSize = volumeSize;
    request.bytesPerSector = bytesPerSector;
    for (const Border border : {Border::Comfortable, Border::Legal})
        if (const auto layout = planning::pickLayout(request, type, border))
            return layout->sectorsPerCluster;
    return std::max(planning::tableClusterSize(type, volumeSize) / bytesPerSector, 1U);
}

} // namespace fatlas::fat
