#include "core/folder_disk/folder_disk.hpp"

#include "core/folder_disk/boot_area.hpp"
#include "core/folder_disk/computed_fat.hpp"
#include "core/folder_disk/directory_bytes.hpp"
#include "core/folder_disk/open_files.hpp"
#include "core/folder_disk/regions.hpp"

#include <algorithm>

namespace fatlas::folder_disk {
namespace {

using block::Extent;
using block::ExtentKind;

constexpr std::size_t maxExtents = 4096;

Regions layRegions(const Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    TableBytes table = encodeTable(plan);
    Regions regions;
    regions.appendStored(std::move(table.start));
    regions.fillTo(plan.layout.volumeOffset);
    regions.appendStored(encodeBootArea(plan));
    regions.fillTo(plan.layout.volumeOffset + geometry.fatOffset(0));
    for (std::uint32_t copy = 0; copy < geometry.fatCount; ++copy)
        regions.append(RegionKind::Fat, geometry.fatSize());
    regions.append(RegionKind::Root, geometry.rootSize());
    regions.append(RegionKind::Clusters,
                   std::uint64_t{geometry.clusterCount} * geometry.clusterSize());
    if (!table.end.empty()) {
        regions.fillTo(table.endOffset);
        regions.appendStored(std::move(table.end));
    }
    regions.fillTo(plan.layout.diskSize);
    return regions;
}

/// Copies what there is from `offset` on; the rest is zeros.
void copyOrZero(ByteView bytes, std::uint64_t offset, ByteSpan into)
{
    const std::uint64_t have = bytes.size() - std::min<std::uint64_t>(offset, bytes.size());
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(have, into.size()));
    if (count != 0)
        std::ranges::copy(bytes.subspan(static_cast<std::size_t>(offset), count), into.begin());
    std::ranges::fill(into.subspan(count), std::byte{0});
}

/// A stretch of the disk of one kind, without its place.
struct Stretch {
    std::uint64_t length = 0;
    ExtentKind kind = ExtentKind::Data;
    std::optional<block::Backing> backing = std::nullopt;
};

/// `used` bytes of data and then nothing, seen from `within`.
Stretch usedThenHole(std::uint64_t within, std::uint64_t used, std::uint64_t length)
{
    if (within < used)
        return {.length = std::min(used, length) - within, .kind = ExtentKind::Data};
    return {.length = length - within, .kind = ExtentKind::Hole};
}

/// Where a place in the data area lies in the run that owns it.
struct RunPlace {
    std::uint32_t entry = 0;
    std::uint64_t within = 0;
    std::uint64_t length = 0; ///< of the whole run
};

class FolderDisk final : public block::BlockDevice {
public:
    FolderDisk(std::shared_ptr<const Plan> plan, std::shared_ptr<const host::KeptFiles> kept)
        : m_plan(std::move(plan)), m_regions(layRegions(*m_plan)), m_fat(*m_plan),
          m_directories(*m_plan), m_files(*m_plan, std::move(kept))
    {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_plan->layout.diskSize; }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_plan->geometry().bytesPerSector;
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    [[nodiscard]] Result<> readRegion(const Region& region, std::uint64_t within,
                                      ByteSpan into) const;
    [[nodiscard]] Result<> readClusters(std::uint64_t within, ByteSpan into) const;
    [[nodiscard]] Result<> readRun(const RunPlace& place, ByteSpan into) const;
    [[nodiscard]] std::optional<RunPlace> findRun(std::uint64_t within) const;
    [[nodiscard]] Stretch describe(const Region& region, std::uint64_t within) const;
    [[nodiscard]] Stretch describeRun(const RunPlace& place) const;

    std::shared_ptr<const Plan> m_plan;
    Regions m_regions;
    ComputedFat m_fat;
    DirectoryCache m_directories;
    OpenFiles m_files;
};

Result<> FolderDisk::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    while (!into.empty()) {
        const Region& region = m_regions.at(offset);
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), region.end() - offset));
        auto done = readRegion(region, offset - region.offset, into.first(count));
        if (!done) {
            done.error().deviceOffset = offset;
            return done;
        }
        into = into.subspan(count);
        offset += count;
    }
    return {};
}

Result<> FolderDisk::readRegion(const Region& region, std::uint64_t within, ByteSpan into) const
{
    switch (region.kind) {
    case RegionKind::Zeros: std::ranges::fill(into, std::byte{0}); break;
    case RegionKind::Stored: copyOrZero(region.bytes, within, into); break;
    case RegionKind::Fat: m_fat.read(within, into); break;
    case RegionKind::Root: copyOrZero(m_directories.bytesOf(0), within, into); break;
    case RegionKind::Clusters: return readClusters(within, into);
    }
    return {};
}

std::optional<RunPlace> FolderDisk::findRun(std::uint64_t within) const
{
    const std::uint64_t clusterSize = m_plan->geometry().clusterSize();
    const auto cluster = static_cast<std::uint32_t>(within / clusterSize + 2);
    const auto endOf = [this](std::uint32_t index) {
        const Entry& entry = m_plan->entries[index];
        return entry.firstCluster.value + entry.clusterCount;
    };
    const auto found = std::ranges::upper_bound(m_plan->allocation, cluster, {}, endOf);
    if (found == m_plan->allocation.end())
        return std::nullopt;
    const Entry& entry = m_plan->entries[*found];
    return RunPlace{.entry = *found,
                    .within = within - std::uint64_t{entry.firstCluster.value - 2} * clusterSize,
                    .length = std::uint64_t{entry.clusterCount} * clusterSize};
}

Result<> FolderDisk::readClusters(std::uint64_t within, ByteSpan into) const
{
    while (!into.empty()) {
        const auto place = findRun(within);
        if (!place) {
            std::ranges::fill(into, std::byte{0});
            return {};
        }
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(into.size(), place->length - place->within));
        FATLAS_TRY(readRun(*place, into.first(count)));
        into = into.subspan(count);
        within += count;
    }
    return {};
}

Result<> FolderDisk::readRun(const RunPlace& place, ByteSpan into) const
{
    const Entry& entry = m_plan->entries[place.entry];
    if (entry.isDirectory) {
        copyOrZero(m_directories.bytesOf(place.entry), place.within, into);
        return {};
    }
    const std::uint64_t have = entry.size - std::min(place.within, entry.size);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(have, into.size()));
    std::ranges::fill(into.subspan(count), std::byte{0});
    if (count == 0)
        return {};
    return m_files.read(place.entry, place.within, into.first(count));
}

Result<std::vector<Extent>> FolderDisk::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    std::vector<Extent> found;
    const std::uint64_t end = offset + length;
    while (offset < end) {
        const Region& region = m_regions.at(offset);
        const Stretch stretch = describe(region, offset - region.offset);
        const std::uint64_t count = std::min(stretch.length, end - offset);
        const bool joins = !found.empty() && !stretch.backing && !found.back().backing &&
                           found.back().kind == stretch.kind;
        if (!joins && found.size() == maxExtents)
            break;
        if (joins)
            found.back().length += count;
        else
            found.push_back({.offset = offset,
                             .length = count,
                             .kind = stretch.kind,
                             .backing = stretch.backing});
        offset += count;
    }
    return found;
}

Stretch FolderDisk::describe(const Region& region, std::uint64_t within) const
{
    switch (region.kind) {
    case RegionKind::Zeros: return usedThenHole(within, 0, region.length);
    case RegionKind::Stored: return usedThenHole(within, region.length, region.length);
    case RegionKind::Fat: return usedThenHole(within, m_fat.usedSize(), region.length);
    case RegionKind::Root: return usedThenHole(within, m_plan->entries.front().size, region.length);
    case RegionKind::Clusters: break;
    }
    const auto place = findRun(within);
    return place ? describeRun(*place) : usedThenHole(within, 0, region.length);
}

Stretch FolderDisk::describeRun(const RunPlace& place) const
{
    const Entry& entry = m_plan->entries[place.entry];
    if (place.within >= entry.size)
        return {.length = place.length - place.within, .kind = ExtentKind::Zero};
    Stretch stretch{.length = entry.size - place.within, .kind = ExtentKind::Data};
    if (!entry.isDirectory)
        stretch.backing = block::Backing{.file = place.entry, .offset = place.within};
    return stretch;
}

Result<std::shared_ptr<const File>> FolderDisk::backingFile(std::uint64_t file) const
{
    if (file >= m_plan->entries.size() || m_plan->entries[file].isDirectory)
        return fail(ErrorCode::InvalidArgument, "no file of the host lies behind this");
    return m_files.open(static_cast<std::uint32_t>(file));
}

} // namespace

Result<std::shared_ptr<const block::BlockDevice>>
openFolderDisk(std::shared_ptr<const Plan> plan, std::shared_ptr<const host::KeptFiles> kept)
{
    if (auto refusal = plan->refusal())
        return std::unexpected(std::move(*refusal));
    if (!kept)
        kept = std::make_shared<const host::KeptFiles>(plan->snapshot);
    return std::make_shared<const FolderDisk>(std::move(plan), std::move(kept));
}

} // namespace fatlas::folder_disk
