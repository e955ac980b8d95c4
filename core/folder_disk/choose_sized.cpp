#include "core/base/checked.hpp"
#include "core/folder_disk/choose_volume.hpp"
#include "core/folder_disk/placement.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint32_t standardRoot = 512;
constexpr std::uint32_t shareableCluster = 4096; ///< bytes; what file systems share and we align to
constexpr std::uint32_t largestByDefault = 32768;

bool isModern(const Options& options)
{
    return options.compat == Compat::Modern;
}

/// Types in the order in which they suit a volume of this size.
std::vector<fat::FatType> typesFor(const Options& options, std::uint64_t volumeSize)
{
    using enum fat::FatType;
    if (options.fat)
        return {*options.fat};
    // DOS before Windows 95 knows FAT16 up to 2 GiB and nothing else of that size.
    const std::uint64_t fat16Reach = isModern(options) ? 512 * MiB : 2 * GiB;
    if (volumeSize < 16 * MiB)
        return {Fat12, Fat16, Fat32};
    if (volumeSize <= fat16Reach)
        return {Fat16, Fat32, Fat12};
    return {Fat32, Fat16, Fat12};
}

std::uint32_t defaultClusterSize(const Options& options, fat::FatType type,
                                 std::uint64_t volumeSize)
{
    const std::uint32_t byTable =
        fat::defaultSectorsPerCluster(type, volumeSize, options.sectorSize) * options.sectorSize;
    return isModern(options) ? std::max(byTable, shareableCluster) : byTable;
}

/// The default, then smaller ones (less slack), then larger ones (fewer clusters).
std::vector<std::uint32_t> clusterSizesFor(const Options& options, fat::FatType type,
                                           std::uint64_t volumeSize)
{
    if (options.clusterSize)
        return {*options.clusterSize};
    const std::uint32_t preferred = defaultClusterSize(options, type, volumeSize);
    std::vector<std::uint32_t> sizes;
    for (std::uint32_t size = preferred; size >= options.sectorSize; size /= 2)
        sizes.push_back(size);
    for (std::uint32_t size = preferred * 2; size <= largestByDefault; size *= 2)
        sizes.push_back(size);
    return sizes;
}

std::vector<std::uint32_t> rootSizesFor(const Options& options, fat::FatType type,
                                        const Demand& demand)
{
    if (type == fat::FatType::Fat32 || !isModern(options) || demand.rootSlots() <= standardRoot)
        return {standardRoot};
    const std::uint32_t perSector = options.sectorSize / 32;
    const std::uint32_t most = UINT16_MAX / perSector * perSector;
    return {standardRoot, std::min(std::bit_ceil(demand.rootSlots()), most)};
}

/// Drivers count a little differently near the borders between the types.
bool isComfortable(const fat::Geometry& geometry)
{
    const auto range = fat::clusterCountRange(geometry.type);
    const bool awayFromMin = geometry.type == fat::FatType::Fat12 ||
                             geometry.clusterCount >= range.min + fat::borderMargin;
    const bool awayFromMax = geometry.type == fat::FatType::Fat32 ||
                             geometry.clusterCount + fat::borderMargin <= range.max;
    return awayFromMin && awayFromMax;
}

/// A geometry and how good it is: smaller is better, earlier wins.
struct Candidate {
    fat::Geometry geometry;
    std::tuple<bool, bool, bool> misfit; ///< too small; near a border; odd root size
};

class Search {
public:
    Search(const Options& options, const Demand& demand, const Placement& placement)
        : m_options(options), m_demand(demand), m_placement(placement)
    {}

    std::optional<fat::Geometry> best()
    {
        for (const fat::FatType type : typesFor(m_options, m_placement.volumeSize))
            for (const std::uint32_t size :
                 clusterSizesFor(m_options, type, m_placement.volumeSize))
                for (const std::uint32_t root : rootSizesFor(m_options, type, m_demand))
                    consider(type, size, root);
        if (!m_best)
            return std::nullopt;
        return m_best->geometry;
    }

private:
    void consider(fat::FatType type, std::uint32_t clusterSize, std::uint32_t rootEntries)
    {
        fat::GeometryRequest request = requestFor(m_options, m_placement);
        request.type = type;
        request.sectorsPerCluster = clusterSize / m_options.sectorSize;
        request.rootEntryCount = rootEntries;
        if (isModern(m_options) && clusterSize >= shareableCluster)
            request.dataAlignment = shareableCluster;
        const auto geometry = fat::planGeometry(request);
        if (!geometry)
            return;
        const Candidate candidate{.geometry = *geometry,
                                  .misfit = {!m_demand.fits(*geometry),
                                             !m_options.clusterSize && !isComfortable(*geometry),
                                             rootEntries != standardRoot}};
        if (!m_best || candidate.misfit < m_best->misfit)
            m_best = candidate;
    }

    const Options& m_options;
    const Demand& m_demand;
    const Placement& m_placement;
    std::optional<Candidate> m_best;
};

} // namespace

Result<VolumeChoice> chooseSized(const Options& options, const Demand& demand,
                                 std::uint64_t diskSize)
{
    FATLAS_ASSIGN(const Placement placement, placeVolume(options, diskSize));
    VolumeChoice choice{.layout = placement.layout, .geometry = {}};
    if (const auto geometry = Search(options, demand, placement).best()) {
        choice.geometry = *geometry;
    } else {
        FATLAS_ASSIGN(choice.geometry, fat::planGeometry(requestFor(options, placement)));
    }
    choice.layout.mbrType = mbrTypeOf(options, choice.layout, choice.geometry);
    return choice;
}

} // namespace fatlas::folder_disk
