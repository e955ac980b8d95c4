#include "core/base/text.hpp"
#include "core/fat/explain/chain_report.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/look.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Shows the runs of clusters of a file or folder, or of the chain that begins at a cluster: "
    "from\n"
    "which part on, how far the run before was left behind, and where in IMAGE it lies; then how\n"
    "the chain ends, whether it is as long as the size says, and who else points into it.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli chain dos.img /DOCS/README.TXT\n"
    "  fatlas-cli chain disk.img --cluster 0x1234 --json";

struct ChainArguments {
    ImageVerb image;
    std::optional<std::string> path;
    std::optional<std::string> cluster;
    bool json = false;
};

Result<fat::ChainReport> readChain(const ChainArguments& arguments, const Look& view,
                                   const std::stop_token& stop)
{
    if (arguments.cluster) {
        FATLAS_ASSIGN(const std::uint64_t cluster, parsePlace(*arguments.cluster));
        const auto number =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(cluster, UINT32_MAX));
        return fat::reportChainFrom(view.volume(), *view.tree, Cluster{number}, JobControl(stop));
    }
    const std::string path = arguments.path.value_or("/");
    const auto node = view.tree->find(path);
    if (!node)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no \"{}\" on the volume", escapeForTerminal(path)));
    return fat::reportChain(view.volume(), *view.tree, *node, JobControl(stop));
}

Json chainJson(const fat::ChainReport& report, const Look& view)
{
    Json json;
    json["path"] = report.node ? Json(view.tree->path(*report.node)) : Json();
    json["firstCluster"] = report.first.value;
    json["clusterCount"] = report.clusterCount;
    json["clustersForSize"] = report.clustersForSize ? Json(*report.clustersForSize) : Json();
    json["end"] = fat::toString(report.end);
    json["lastCluster"] = report.last.value;
    json["lastValue"] = report.lastValue;
    json["runs"] = Json::array();
    for (const fat::ChainRun& run : report.runs)
        json["runs"].push_back({{"first", run.clusters.first.value},
                                {"count", run.clusters.count},
                                {"part", run.part},
                                {"jump", run.jump},
                                {"offset", view.image.volumeOffset + run.volumeOffset}});
    json["pointerCount"] = report.pointerCount;
    json["pointers"] = Json::array();
    for (const fat::ChainPointer& pointer : report.pointers)
        json["pointers"].push_back({{"from", pointer.from.value}, {"to", pointer.to.value}});
    json["sharedWithCount"] = report.ownerCount;
    json["sharedWith"] = Json::array();
    for (const fat::SharedOwner& owner : report.owners)
        json["sharedWith"].push_back({{"path", view.tree->path(owner.node)},
                                      {"firstCluster", owner.firstShared.value},
                                      {"clusterCount", owner.sharedCount}});
    return json;
}

void writeRuns(Output& output, const fat::ChainReport& report, const Look& view)
{
    output.print("{:>6}  {:>23}  {:>11}  {:>11}  {:>11}  {}\n", "run", "clusters", "count",
                 "from part", "jump", "offset in the image");
    for (std::size_t index = 0; index < report.runs.size(); ++index) {
        const fat::ChainRun& run = report.runs[index];
        output.print("{:>6}  {:>23}  {:>11}  {:>11}  {:>11}  {}\n", index + 1,
                     run.clusters.count == 1 ? fmt::format("{}", run.clusters.first.value)
                                             : fmt::format("{}-{}", run.clusters.first.value,
                                                           run.clusters.end().value - 1),
                     formatCount(run.clusters.count), formatCount(run.part + 1ULL),
                     index == 0 ? "" : fmt::format("{:+}", run.jump),
                     placeText(view.image.volumeOffset + run.volumeOffset));
    }
}

void writeLength(Output& output, const fat::ChainReport& report)
{
    if (!report.clustersForSize)
        return;
    const std::uint32_t needed = *report.clustersForSize;
    if (needed == report.clusterCount)
        output.print("It is as long as the size says: {}.\n",
                     counted(needed, "cluster", "clusters"));
    else
        output.print("It has {}, but the size needs {}: {} too {}.\n",
                     counted(report.clusterCount, "cluster", "clusters"), formatCount(needed),
                     formatCount(needed < report.clusterCount ? report.clusterCount - needed
                                                              : needed - report.clusterCount),
                     needed < report.clusterCount ? "many" : "few");
}

void writeOthers(Output& output, const fat::ChainReport& report, const Look& view)
{
    for (const fat::SharedOwner& owner : report.owners)
        output.print("{} shares {} with it, from cluster {} on.\n",
                     escapeForTerminal(view.tree->path(owner.node)),
                     counted(owner.sharedCount, "cluster", "clusters"), owner.firstShared.value);
    if (report.ownerCount > report.owners.size())
        output.print("{} more share clusters with it.\n",
                     formatCount(report.ownerCount - report.owners.size()));
    for (const fat::ChainPointer& pointer : report.pointers)
        output.print("The FAT entry of cluster {} points to cluster {}.\n", pointer.from.value,
                     pointer.to.value);
    if (report.pointerCount > report.pointers.size())
        output.print("{} more FAT entries point into it.\n",
                     formatCount(report.pointerCount - report.pointers.size()));
    if (report.ownerCount == 0 && report.pointerCount == 0)
        output.text("Nobody else points into it.\n");
}

void writeChain(Output& output, const fat::ChainReport& report, const Look& view)
{
    if (report.node)
        output.print("{}", escapeForTerminal(view.tree->path(*report.node)));
    else
        output.text("A chain that no file or folder has");
    if (report.runs.empty()) {
        const bool isFixedRoot =
            report.node == 0U && view.volume().geometry().type != fat::FatType::Fat32;
        output.print(": {}\n",
                     isFixedRoot ? "the root directory lies before the clusters" : "no clusters");
        if (report.end != fat::ChainEnd::EndMark)
            output.print("Its chain {}.\n", fat::describeEnd(report.end));
        else
            writeLength(output, report);
        return;
    }
    output.print(": {} in {}, from cluster {}\n",
                 counted(report.clusterCount, "cluster", "clusters"),
                 counted(report.runs.size(), "run", "runs"), report.first.value);
    writeRuns(output, report, view);
    output.print("The chain {} after cluster {}, whose entry is 0x{:X}.\n",
                 fat::describeEnd(report.end), report.last.value, report.lastValue);
    writeLength(output, report);
    writeOthers(output, report, view);
}

Result<> chain(const ChainArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(auto image, arguments.image.open(stop));
    Look view;
    view.image = std::move(image);
    FATLAS_ASSIGN(view.tree, fat::readTree(view.volume(), JobControl(stop)));
    FATLAS_ASSIGN(const fat::ChainReport report, readChain(arguments, view, stop));
    Output output;
    if (arguments.json)
        writeJson(output, chainJson(report, view));
    else
        writeChain(output, report, view);
    return output.finish();
}

} // namespace

void addChain(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("chain", "show the clusters of a file, and who else has them");
    verb->footer(footer);
    const auto arguments = std::make_shared<ChainArguments>();
    arguments->image.addToReader(*verb);
    auto* what = verb->add_option_group("Chain");
    what->add_option("PATH", arguments->path, "a file or folder on the volume")->option_text(" ");
    what->add_option("--cluster", arguments->cluster, "the first cluster")->option_text("N");
    what->require_option(1);
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = chain(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
