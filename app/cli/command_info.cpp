#include "core/base/text.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"
#include "core/image/find_volume.hpp"
#include "core/vhd/chain.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <memory>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;

constexpr const char* footer =
    "Says what partitions there are, what the boot sector says, and how the clusters are used.\n"
    "When there is no FAT volume, or several, the partitions are listed and the status is not 0.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli info dos.img\n"
    "  fatlas-cli info disk.img --partition-index 2 --json\n"
    "  fatlas-cli info ~/dos --floppy 720K";

struct InfoArguments {
    ImageVerb image;
    bool json = false;
};

/// What takes reading the whole volume.
struct Content {
    std::shared_ptr<const fat::Tree> tree;
    std::shared_ptr<const fat::UsageMap> usage;
    std::uint64_t fileCount = 0;
    std::uint64_t folderCount = 0;
};

Result<Content> readContent(const fat::Volume& volume, const std::stop_token& stop)
{
    Content content;
    FATLAS_ASSIGN(content.tree, fat::readTree(volume, JobControl(stop)));
    FATLAS_ASSIGN(content.usage, fat::mapUsage(volume, *content.tree, JobControl(stop)));
    for (const fat::TreeNode& node : content.tree->nodes)
        ++(node.isDirectory ? content.folderCount : content.fileCount);
    --content.folderCount; // the root
    return content;
}

void row(Output& output, std::string_view name, const std::string& value)
{
    output.print("  {:<14}{}\n", name, value);
}

/// What is between the disk and its file; "" when nothing is.
std::string describeOrigin(const image::DiskOrigin& origin, const vhd::Chain* vhd)
{
    std::string text = origin.packing.empty() ? "" : origin.packing + ", ";
    if (vhd != nullptr)
        text += fmt::format("{} VHD, ", vhd::toString(vhd->links.front().vhd.footer.type));
    return text;
}

void writeTable(Output& output, const block::BlockDevice& disk,
                const partition::PartitionTable& table)
{
    const auto* kind = table.kind == partition::TableKind::Mbr   ? "MBR"
                       : table.kind == partition::TableKind::Gpt ? "GPT"
                                                                 : "no partition table";
    output.print("{}, {} bytes, {}\n", formatSize(disk.size()), formatCount(disk.size()), kind);
    for (const partition::Partition& partition : table.partitions)
        output.print("  Partition {}\n", image::describePartition(disk, partition));
}

void writeBoot(Output& output, const image::Image& image)
{
    const fat::BootSector& boot = image.volume->boot();
    const fat::Geometry& geometry = boot.geometry;
    const int codePage = image.volume->codePage().number();
    output.print("\nVolume{}\n", image.partitionIndex
                                     ? fmt::format(" in partition {}", *image.partitionIndex)
                                     : std::string());
    row(output, "Type", describeVolume(geometry));
    row(output, "Sectors",
        fmt::format("{} of {}, {} before the volume", formatCount(geometry.totalSectors),
                    counted(geometry.bytesPerSector, "byte", "bytes"),
                    formatCount(geometry.hiddenSectors)));
    row(output, "FATs",
        fmt::format("{} of {}, after {}", geometry.fatCount,
                    counted(geometry.sectorsPerFat, "sector", "sectors"),
                    counted(geometry.reservedSectors, "reserved sector", "reserved sectors")));
    row(output, "Tracks", describeTracks(geometry));
    row(output, "Boot sector",
        fmt::format("OEM name {}, label {}, serial number {}, drive {:02X}",
                    fieldText(boot.oemName, codePage), fieldText(boot.label, codePage),
                    serialText(boot.serial), boot.driveNumber));
    if (geometry.type == fat::FatType::Fat32)
        row(output, "FAT32",
            fmt::format("root at cluster {}, FSInfo in sector {}, copy of the "
                        "boot sector in sector {}",
                        geometry.rootCluster.value, geometry.fsInfoSector,
                        geometry.backupBootSector));
}

void writeUsage(Output& output, const Content& content)
{
    using fat::ClusterState;
    const fat::UsageMap& usage = *content.usage;
    const std::uint64_t all = usage.geometry().clusterCount;
    const std::uint64_t free = usage.count(ClusterState::Free);
    output.text("\nUsage\n");
    row(output, "Label",
        content.tree->label.empty() ? "none" : escapeForTerminal(content.tree->label));
    row(output, "Content",
        fmt::format("{}, {}", counted(content.fileCount, "file", "files"),
                    counted(content.folderCount, "folder", "folders")));
    row(output, "Clusters",
        fmt::format("{} for files, {} for folders, {} free ({}, {})",
                    formatCount(usage.count(ClusterState::File)),
                    formatCount(usage.count(ClusterState::Directory)), formatCount(free),
                    formatSize(free * usage.geometry().clusterSize()), percent(free, all)));
    const std::uint64_t odd = usage.count(ClusterState::Lost) + usage.count(ClusterState::Bad) +
                              usage.count(ClusterState::CrossLinked) +
                              usage.count(ClusterState::System);
    if (odd != 0)
        row(output, "Odd",
            fmt::format("{} lost, {} bad, {} cross-linked, {} reserved",
                        formatCount(usage.count(ClusterState::Lost)),
                        formatCount(usage.count(ClusterState::Bad)),
                        formatCount(usage.count(ClusterState::CrossLinked)),
                        formatCount(usage.count(ClusterState::System))));
}

std::vector<Finding> findingsOf(const image::Image& image, const Content& content)
{
    std::vector<Finding> findings = image.table.findings;
    if (image.vhdChain != nullptr)
        findings.insert(findings.end(), image.vhdChain->findings.begin(),
                        image.vhdChain->findings.end());
    const auto& boot = image.volume->boot().findings;
    findings.insert(findings.end(), boot.begin(), boot.end());
    findings.insert(findings.end(), content.tree->findings.begin(), content.tree->findings.end());
    return findings;
}

Json infoJson(const InfoArguments& arguments, const image::Image& image, const Content& content)
{
    Json json;
    json["image"] = arguments.image.image;
    json["size"] = image.disk->size();
    json["packing"] = image.origin.packing.empty() ? Json() : Json(image.origin.packing);
    json["vhd"] = image.vhdChain == nullptr
                      ? Json()
                      : Json(vhd::toString(image.vhdChain->links.front().vhd.footer.type));
    json["table"] = tableJson(*image.disk, image.table);
    json["partitionIndex"] = image.partitionIndex ? Json(*image.partitionIndex) : Json();
    json["volumeOffset"] = image.volumeOffset;
    json["volume"] = bootJson(image.volume->boot(), image.volume->codePage().number());
    json["label"] = content.tree->label;
    json["usage"] = usageJson(*content.usage);
    json["usage"]["fileCount"] = content.fileCount;
    json["usage"]["directoryCount"] = content.folderCount;
    json["findings"] = findingsJson(findingsOf(image, content));
    return json;
}

/// The partitions of a disk in which no volume, or no one volume, was found.
void showPartitions(const InfoArguments& arguments, const block::BlockDevice& disk)
{
    const auto table = partition::readPartitionTable(disk);
    if (!table || table->partitions.empty())
        return;
    Output output;
    if (arguments.json) {
        Json json;
        json["image"] = arguments.image.image;
        json["size"] = disk.size();
        json["table"] = tableJson(disk, *table);
        json["volume"] = Json();
        writeJson(output, json);
    } else {
        writeTable(output, disk, *table);
    }
    [[maybe_unused]] const auto said = output.finish();
}

Result<> info(const InfoArguments& arguments, const image::Image& image,
              const std::stop_token& stop)
{
    FATLAS_ASSIGN(const Content content, readContent(*image.volume, stop));
    Output output;
    if (arguments.json) {
        writeJson(output, infoJson(arguments, image, content));
        return output.finish();
    }
    output.print("{}: {}", escapeForTerminal(arguments.image.image),
                 describeOrigin(image.origin, image.vhdChain.get()));
    writeTable(output, *image.disk, image.table);
    writeBoot(output, image);
    writeUsage(output, content);
    FATLAS_TRY(output.finish());
    showFindings(findingsOf(image, content), maxFindingsShown);
    return {};
}

int runInfo(const InfoArguments& arguments, const std::stop_token& stop)
{
    const auto disk = arguments.image.openDisk(stop);
    if (!disk)
        return report(disk.error());
    const auto image = arguments.image.openVolume(*disk);
    if (!image) {
        showPartitions(arguments, *disk->disk);
        return report(image.error());
    }
    const auto done = info(arguments, *image, stop);
    return done ? toInt(ExitStatus::Done) : report(done.error());
}

} // namespace

void addInfo(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("info", "show partitions, boot sector, geometry and usage");
    verb->footer(footer);
    const auto arguments = std::make_shared<InfoArguments>();
    arguments->image.addToReader(*verb);
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runInfo(*arguments, stop); };
    });
}

} // namespace fatlas::cli
