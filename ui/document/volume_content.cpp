#include "ui/document/volume_content.hpp"

#include "core/fat/directory_entry.hpp"
#include "core/fat/fat_table.hpp"

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <tuple>
#include <unistd.h>

namespace fatlas::ui {

namespace {

void appendFindings(std::vector<Finding>& list, const std::vector<Finding>& more,
                    std::uint64_t volumeOffset)
{
    for (const Finding& finding : more) {
        Finding& added = list.emplace_back(finding);
        if (added.offset)
            *added.offset += volumeOffset;
    }
}

std::string findWriteProblem(const image::Image& image)
{
    using Kind = image::DiskOrigin::Kind;
    switch (image.origin.kind) {
    case Kind::Folder:
        return "The disk is only computed from a folder. Change the folder, or save the disk as "
               "an image first.";
    case Kind::Unpacked:
        return "The image is compressed (" + image.origin.packing + "). Unpack it first.";
    case Kind::File:
    case Kind::Vhd: break;
    }
    if (::access(image.origin.file.c_str(), W_OK) != 0)
        return "You may not write to " + image.origin.file.filename().string() + ".";
    return {};
}

bool isSame(const fat::Tree& a, const fat::Tree& b)
{
    const auto key = [](const fat::TreeNode& node) {
        return std::tie(node.entryOffset, node.parent, node.firstRun, node.runCount,
                        node.clusterCount, node.end, node.name);
    };
    return a.runs == b.runs && std::ranges::equal(a.nodes, b.nodes, {}, key, key);
}

bool isSame(const fat::UsageMap& a, const fat::UsageMap& b)
{
    const auto key = [](const fat::UsageRun& run) {
        return std::tie(run.first, run.count, run.owner, run.part, run.state);
    };
    return std::ranges::equal(a.runs(), b.runs(), {}, key, key);
}

/// How much of the disk a finding's offset stands for: a FAT entry, a slot, or a byte.
FocusBytes bytesAt(const VolumeContent& content, std::uint64_t offset)
{
    const fat::Geometry& geometry = content.geometry();
    const std::uint64_t start = content.image.volumeOffset;
    if (offset < start + geometry.fatOffset(0) || offset >= start + geometry.volumeSize())
        return {offset, 1};
    if (offset < start + geometry.rootOffset())
        return {offset, geometry.type == fat::FatType::Fat32 ? std::uint64_t{4} : 2};
    return {offset, fat::slotSize};
}

} // namespace

Result<SharedContent> contentOf(image::Image image, const JobControl& job)
{
    auto content = std::make_shared<VolumeContent>();
    content->image = std::move(image);
    FATLAS_ASSIGN(content->tree, fat::readTree(content->volume(), job));
    FATLAS_ASSIGN(content->usage, fat::mapUsage(content->volume(), *content->tree, job));
    content->writeProblem = findWriteProblem(content->image);
    content->findings = content->image.table.findings;
    appendFindings(content->findings, content->volume().boot().findings,
                   content->image.volumeOffset);
    appendFindings(content->findings, content->tree->findings, content->image.volumeOffset);
    return content;
}

Result<SharedContent> readContent(const std::string& source, const JobControl& job,
                                  std::optional<std::uint32_t> partition)
{
    FATLAS_ASSIGN(auto image, image::openImage(source, {.partitionIndex = partition}, job));
    return contentOf(std::move(image), job);
}

bool isSameVolume(const VolumeContent& a, const VolumeContent& b)
{
    return a.geometry() == b.geometry() && isSame(*a.tree, *b.tree) && isSame(*a.usage, *b.usage);
}

Result<SharedContent> checkContent(const SharedContent& content, const JobControl& job)
{
    FATLAS_ASSIGN(const auto found, fat::checkVolume(content->volume(), job));
    auto checked = std::make_shared<VolumeContent>(*content);
    if (!isSame(*content->tree, *found->tree) || !isSame(*content->usage, *found->usage)) {
        checked->tree = found->tree;
        checked->usage = found->usage;
    }
    // The report lives on with one tree and one map, not two of each.
    auto report = std::make_shared<fat::CheckReport>(*found);
    report->tree = checked->tree;
    report->usage = checked->usage;
    checked->findings = checked->image.table.findings;
    appendFindings(checked->findings, report->findings, checked->image.volumeOffset);
    report->findings = {};
    checked->report = std::move(report);
    return checked;
}

std::shared_ptr<const block::BlockDevice> deviceOf(const SharedContent& content)
{
    return {content, &content->volume().device()};
}

FocusBytes bytesOfEntry(const VolumeContent& content, std::uint32_t copy, Cluster entry)
{
    const fat::Geometry& geometry = content.geometry();
    FocusBytes bytes{content.image.volumeOffset + geometry.fatOffset(copy) +
                         fat::entryOffset(geometry.type, entry),
                     geometry.type == fat::FatType::Fat32 ? std::uint64_t{4} : 2};
    if (geometry.type == fat::FatType::Fat12) {
        bytes.firstBit = entry.value % 2 == 0 ? 0 : 4;
        bytes.lastBit = static_cast<std::uint8_t>(bytes.firstBit + 11);
    }
    return bytes;
}

FocusTarget targetOf(const VolumeContent& content, Cluster cluster)
{
    if (!content.geometry().isData(cluster))
        return {};
    FocusTarget target{.cluster = cluster};
    const fat::UsageRun& run = content.usage->at(cluster);
    if (run.owner != fat::noOwner) {
        const auto runs = content.tree->runsOf(run.owner);
        target.node = run.owner;
        target.runs.assign(runs.begin(), runs.end());
    }
    return target;
}

FocusTarget targetOfNode(const VolumeContent& content, std::uint32_t node)
{
    if (node >= content.tree->nodes.size())
        return {};
    const auto runs = content.tree->runsOf(node);
    return {.node = node, .runs = {runs.begin(), runs.end()}};
}

FocusTarget targetOf(const VolumeContent& content, const Finding& finding)
{
    FocusTarget target;
    if (const auto node = content.tree->find(finding.path); node && !finding.path.empty())
        target = targetOfNode(content, *node);
    if (finding.cluster && content.geometry().isData(Cluster{*finding.cluster})) {
        if (!target.node)
            target = targetOf(content, Cluster{*finding.cluster});
        target.cluster = Cluster{*finding.cluster};
    }
    if (finding.offset)
        target.bytes = bytesAt(content, *finding.offset);
    return target;
}

FocusTarget targetOfFinding(const VolumeContent& content, std::uint32_t finding)
{
    if (finding >= content.findings.size())
        return {};
    FocusTarget target = targetOf(content, content.findings[finding]);
    target.finding = finding;
    return target;
}

} // namespace fatlas::ui
