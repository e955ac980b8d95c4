#include "ui/document/vhd_content.hpp"

#include "core/fat/volume.hpp"
#include "core/image/find_volume.hpp"
#include "core/image/image.hpp"
#include "core/partition/partition_table.hpp"
#include "core/vhd/check.hpp"
#include "core/vhd/open_vhd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

using Disk = std::shared_ptr<const block::BlockDevice>;

constexpr std::size_t maxVolumes = 32;
constexpr std::uint64_t pieces = 1024; ///< of the disk, for the ruler

/// Looks into one partition, or at the whole disk.
void lookAt(const Disk& disk, const partition::PartitionTable& table, VhdVolume& volume)
{
    const auto found =
        image::findVolume(disk, table, {.partitionIndex = volume.partition, .volume = {}});
    volume.isFat = found.has_value();
    if (!found) {
        if (!volume.partition)
            volume.type = found.error().message;
        return;
    }
    const fat::Geometry& geometry = found->volume->geometry();
    volume.type = fmt::format("FAT{}", static_cast<int>(geometry.type));
    volume.size = geometry.volumeSize();
    if (const auto root = found->volume->readDirectory(Cluster{0}))
        volume.label = root->label;
}

Result<> lookInside(const Disk& disk, VhdContent& content)
{
    FATLAS_ASSIGN(const auto table, partition::readPartitionTable(*disk));
    for (const partition::Partition& partition : table.partitions) {
        if (content.inside.size() == maxVolumes)
            break;
        VhdVolume volume{.partition = partition.number,
                         .type = partition.typeName,
                         .label = partition.name,
                         .size = partition.sectorCount * disk->sectorSize()};
        lookAt(disk, table, volume);
        content.inside.push_back(std::move(volume));
    }
    if (!content.inside.empty())
        return {};
    VhdVolume whole;
    lookAt(disk, table, whole);
    content.inside.push_back(std::move(whole));
    return {};
}

/// What a file holds of the disk that begins the chain.
VhdCoverage coverageOf(const vhd::VhdFile& file, std::uint64_t diskSize)
{
    const std::uint64_t step = std::max<std::uint64_t>(1, (diskSize + pieces - 1) / pieces);
    VhdCoverage coverage((diskSize + step - 1) / step, VhdHeld::Nothing);
    std::vector<std::uint64_t> held(coverage.size(), 0);
    vhd::forEachHeld(file, [&](std::uint64_t offset, std::uint64_t end) {
        for (std::uint64_t at = offset; at < std::min(end, diskSize);) {
            const std::uint64_t stop = std::min({end, diskSize, (at / step + 1) * step});
            held[at / step] += stop - at;
            at = stop;
        }
    });
    for (std::size_t i = 0; i < coverage.size(); ++i)
        if (held[i] != 0)
            coverage[i] =
                held[i] >= std::min(step, diskSize - i * step) ? VhdHeld::All : VhdHeld::Partly;
    return coverage;
}

void open(const vhd::Chain& chain, VhdContent& content)
{
    content.layout = vhd::layOutFile(content.file());
    content.blocks =
        std::make_shared<const vhd::BlockMap>(vhd::statesByTable(chain, content.layout));
    for (const vhd::ChainLink& link : chain.links)
        content.coverage.push_back(coverageOf(link.vhd, content.file().virtualSize));
    if (auto layers = vhd::Layers::open(chain))
        content.layers = *std::move(layers);
    else
        content.layersProblem = layers.error().message;
    const auto disk = vhd::openDevice(chain);
    const Result<> looked =
        disk ? lookInside(*disk, content) : Result<>(std::unexpected(disk.error()));
    if (!looked)
        content.insideProblem = looked.error().message;
}

/// Pieces with a block of which only some sectors are there.
void markPartial(const vhd::BlockMap& map, std::uint64_t diskSize, VhdCoverage& coverage)
{
    const std::uint64_t step = std::max<std::uint64_t>(1, (diskSize + pieces - 1) / pieces);
    for (std::uint64_t block = 0; block < map.states.size(); ++block)
        if (map.states[block] == vhd::BlockState::Partial) {
            const std::uint64_t end = std::min((block + 1) * map.blockSize, diskSize);
            for (std::uint64_t i = block * map.blockSize / step; i <= (end - 1) / step; ++i)
                coverage[i] = VhdHeld::Partly;
        }
}

} // namespace

Result<SharedVhd> readVhdContent(const std::string& path, const JobControl& job)
{
    auto content = std::make_shared<VhdContent>();
    FATLAS_ASSIGN(content->inspection, vhd::inspectVhd(path));
    FATLAS_TRY(job.checkpoint());
    if (const vhd::Chain* chain = content->chain(); chain != nullptr) {
        open(*chain, *content);
        content->findings = chain->findings;
    }
    return content;
}

Result<SharedVhd> checkVhdContent(const SharedVhd& content, const JobControl& job)
{
    if (!content->isDisk())
        return content;
    auto checked = std::make_shared<VhdContent>(*content);
    FATLAS_ASSIGN(auto map, vhd::readBitmaps(*content->chain(), content->layout, job));
    markPartial(map, content->file().virtualSize, checked->coverage.front());
    checked->blocks = std::make_shared<const vhd::BlockMap>(std::move(map));
    FATLAS_ASSIGN(auto report, vhd::checkVhdChain(content->inspection.path, vhd::hostFiles(),
                                                  vhd::SizeRule::ByCreator, job));
    checked->findings = std::move(report.findings);
    checked->isChecked = true;
    return checked;
}

} // namespace fatlas::ui
