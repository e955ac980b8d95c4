// The start of a disk of 4 MiB, zeros behind: partitions, volume, tree, map, check, repair, places
// explained, deleted files looked for, and the repaired volume compared with the damaged one.
#include "core/block/staged_device.hpp"
#include "core/fat/check/check.hpp"
#include "core/fat/deleted/deleted.hpp"
#include "core/fat/diff/diff.hpp"
#include "core/fat/explain/chain_report.hpp"
#include "core/fat/repair/repair.hpp"
#include "core/fat/rules.hpp"
#include "core/image/explain.hpp"
#include "core/image/find_volume.hpp"

#include "tests/fuzz/image_start.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

using namespace fatlas;

namespace {

using Report = std::shared_ptr<const fat::CheckReport>;

constexpr std::uint32_t maxLooked = 64;

void checkFindings(const fat::Volume& volume, const fat::CheckReport& report)
{
    std::uint64_t total = 0;
    for (std::size_t state = 0; state < fat::clusterStateCount; ++state)
        total += report.usage->count(static_cast<fat::ClusterState>(state));
    fuzz::require(total == volume.geometry().clusterCount, "counts add up");
    for (const Finding& finding : report.findings) {
        fuzz::require(!finding.rule.empty() && !finding.message.empty(), "a finding says what");
        fuzz::require(!finding.offset || *finding.offset <= volume.device().size(),
                      "a finding lies on the device");
    }
}

void explainPlaces(const image::Image& image, const Report& report)
{
    auto explainer = image::DiskExplainer::create(image, {.volume = image.volume,
                                                          .tree = report->tree,
                                                          .usage = report->usage,
                                                          .fatCopy = report->fatCopy,
                                                          .findings = report->findings});
    fuzz::require(explainer.has_value(), "every disk can be explained");
    const fat::Geometry& geometry = image.volume->geometry();
    for (const std::uint64_t place :
         {std::uint64_t{0}, image.volumeOffset, image.volumeOffset + geometry.fatOffset(0),
          image.volumeOffset + geometry.dataOffset(), image.disk->size() - 512}) {
        const auto said = explainer->explain({.offset = place, .length = 512});
        fuzz::require(said && !said->parts.empty(), "every place is something");
        for (const fat::ExplainedPart& part : said->parts)
            fuzz::require(!part.title.empty(), "every part has a title");
    }
    for (std::uint32_t cluster = 0; cluster < std::min(geometry.clusterCount, maxLooked); ++cluster)
        fuzz::require(explainer->explainCluster(Cluster{cluster}).has_value(),
                      "every cluster can be explained");
}

void lookAtChains(const fat::Volume& volume, const fat::Tree& tree)
{
    for (std::uint32_t node = 0; node < std::min<std::size_t>(tree.nodes.size(), 8); ++node) {
        const auto chain = fat::reportChain(volume, tree, node);
        fuzz::require(chain.has_value(), "every chain can be reported");
        std::uint64_t clusters = 0;
        for (const fat::ChainRun& run : chain->runs)
            clusters += run.clusters.count;
        fuzz::require(clusters == chain->clusterCount, "runs add up");
    }
}

void lookForDeleted(const fat::Volume& volume, const Report& report)
{
    const auto pyramid = fat::UsagePyramid::build(report->usage, {});
    fuzz::require(pyramid.has_value(), "every map can be summed up");
    const auto deleted = fat::findDeleted(volume, *report->tree, **pyramid);
    fuzz::require(deleted.has_value(), "deleted entries can be looked for");
    for (std::size_t i = 0; i < deleted->entries.size(); ++i) {
        const fat::DeletedEntry& entry = deleted->entries[i];
        fuzz::require(!entry.parent || *entry.parent < i, "a deleted folder comes first");
        fuzz::require(entry.clustersFree <= entry.clustersNeeded, "no more than all are free");
        std::uint64_t end = 0;
        for (const fat::DeletedPiece& piece : fat::piecesOf(entry, *report->usage)) {
            fuzz::require(piece.length >= 1 && piece.fileOffset >= end, "pieces are in order");
            end = piece.fileOffset + piece.length;
            fuzz::require(piece.volumeOffset + piece.length <= volume.device().size(),
                          "pieces lie on the device");
        }
        fuzz::require(end <= std::max<std::uint64_t>(entry.size(), end * entry.isDirectory),
                      "pieces lie in the file");
    }
}

/// Of rules that no repair does anything about; and there may be no reserved sector left for FSInfo
/// or the copy of the boot sector.
bool mayRemain(const Finding& finding)
{
    const Rule* const rule = fat::findRule(finding.rule);
    return finding.severity == Severity::Info || (rule != nullptr && rule->fix.empty()) ||
           finding.rule == "B28" || finding.rule == "F5";
}

void carryOut(const fat::RepairPlan& plan, block::BlockDevice& device)
{
    std::uint64_t end = 0;
    for (const block::Patch& patch : plan.patches) {
        fuzz::require(patch.offset >= end && !patch.after.empty() &&
                          patch.before.size() == patch.after.size(),
                      "patches are ordered and disjoint");
        end = patch.offset + patch.after.size();
        Bytes now(patch.before.size());
        fuzz::require(device.read(patch.offset, now) && now == patch.before,
                      "patches say what was there");
        fuzz::require(device.write(patch.offset, patch.after).has_value(),
                      "patches lie on the device");
    }
}

void repair(const fat::Volume& damaged, const std::shared_ptr<const block::BlockDevice>& device,
            const Report& before)
{
    const auto plan = fat::planRepair(device);
    if (!plan) {
        fuzz::require(!plan.error().message.empty(), "a refusal says why");
        return;
    }
    const auto staged = std::make_shared<block::StagedDevice>(device);
    carryOut(*plan, *staged);
    const auto volume = fat::Volume::open(staged);
    fuzz::require(volume.has_value(), "what was repaired opens");
    const auto report = fat::checkVolume(**volume);
    fuzz::require(report.has_value(), "what was repaired can be checked");
    fuzz::require((*report)->findings == plan->remaining, "a repair says what it leaves");
    for (const Finding& finding : plan->remaining)
        fuzz::require(mayRemain(finding), ("nothing is left: " + finding.message).c_str());
    const auto original = std::shared_ptr<const fat::Volume>(&damaged, [](const auto*) {});
    const auto changes = fat::diffVolumes({.volume = original, .tree = before->tree},
                                          {.volume = *volume, .tree = (*report)->tree});
    fuzz::require(changes.has_value(), "volumes can be compared");
    fuzz::require(!plan->patches.empty() || changes->isSame(), "nothing planned, nothing changed");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto disk = std::make_shared<fuzz::ImageStart>(std::as_bytes(std::span(data, size)));
    const auto image = image::openVolume({.source = "fuzz", .disk = disk});
    if (!image) {
        fuzz::require(!image.error().message.empty(), "an error has a message");
        return 0;
    }
    const auto report = fat::checkVolume(*image->volume);
    fuzz::require(report.has_value(), "every volume can be checked");
    checkFindings(*image->volume, **report);
    explainPlaces(*image, *report);
    lookAtChains(*image->volume, *(*report)->tree);
    lookForDeleted(*image->volume, *report);
    const std::shared_ptr<const block::BlockDevice> device(image->volume, &image->volume->device());
    repair(*image->volume, device, *report);
    return 0;
}
