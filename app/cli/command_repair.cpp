#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/edit/apply.hpp"
#include "core/fat/repair/repair.hpp"
#include "core/image/open_writable.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;

constexpr const char* footer =
    "Says what would be put right and how; nothing is written unless --apply is given. Then the\n"
    "old bytes are kept in an undo file, and fatlas-cli undo brings them back. Files that are not\n"
    "damaged keep name, size and every byte; what was lost becomes FSCKnnnn.REC in the root.\n"
    "\n"
    "Exit status: without --apply 0 nothing to do, 1 something to repair; with --apply 0 "
    "repaired,\n"
    "1 refused, or findings remain; 3 input or system error.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli repair card.img\n"
    "  fatlas-cli repair card.img --apply\n"
    "  fatlas-cli undo card.img card.img.fatlas-undo";

struct RepairArguments {
    ImageVerb image;
    std::string undoFile;
    bool planOnly = false;
    bool apply = false;
    bool json = false;
    bool freeLost = false;
};

struct Planned {
    image::Image image;
    fat::RepairPlan plan; ///< offsets of findings in the image, those of patches in the volume
};

/// What cannot be opened as FAT has no layout to go by.
Error asRefusal(Error error)
{
    if (error.code == ErrorCode::BadFormat)
        error.code = ErrorCode::Refused;
    return error;
}

void shift(Finding& finding, std::uint64_t by)
{
    if (finding.offset)
        *finding.offset += by;
}

Result<Planned> plan(const RepairArguments& arguments, const std::stop_token& stop)
{
    Planned planned;
    auto opened = arguments.image.open(stop);
    if (!opened)
        return std::unexpected(asRefusal(std::move(opened).error()));
    planned.image = *std::move(opened);
    // What can never be written says so before anything is planned.
    if (arguments.apply)
        FATLAS_TRY(image::openWritable(planned.image));
    const image::Image& image = planned.image;
    const std::uint64_t room = image.disk->size() - image.volumeOffset;
    FATLAS_ASSIGN(const auto slice, block::SliceDevice::createReadOnly(
                                        image.disk, image.volumeOffset,
                                        std::min(room, image.volume->device().size())));
    ProgressBar bar("planning", ProgressBar::Shows::PartOnly);
    fat::RepairOptions options;
    options.volume.codePage = image.volume->codePage().number();
    options.keepLostChains = !arguments.freeLost;
    FATLAS_ASSIGN(planned.plan, fat::planRepair(slice, options, JobControl(stop, bar.callback())));
    for (fat::Repair& repair : planned.plan.repairs)
        shift(repair.finding, image.volumeOffset);
    for (Finding& finding : planned.plan.remaining)
        shift(finding, image.volumeOffset);
    return planned;
}

/// Clusters and folders first, then the FATs that lead to them, at last what leads to the FATs.
std::vector<edit::PatchGroup> groupsOf(const Planned& planned)
{
    const fat::Geometry& geometry = planned.image.volume->geometry();
    std::vector<edit::PatchGroup> groups(3);
    groups[0].what = "clusters and folders";
    groups[1].what = "FATs";
    groups[2].what = "boot sector and FSInfo";
    for (const block::Patch& patch : planned.plan.patches) {
        const std::size_t group = patch.offset >= geometry.rootOffset()   ? 0
                                  : patch.offset >= geometry.fatOffset(0) ? 1
                                                                          : 2;
        groups[group].patches.push_back(patch);
    }
    std::erase_if(groups, [](const edit::PatchGroup& group) { return group.patches.empty(); });
    for (edit::PatchGroup& group : groups)
        group.patches = edit::shifted(std::move(group.patches), planned.image.volumeOffset);
    return groups;
}

std::uint64_t bytesOf(const fat::RepairPlan& plan)
{
    std::uint64_t size = 0;
    for (const block::Patch& patch : plan.patches)
        size += patch.after.size();
    return size;
}

/// Gives the undo file, or nothing when there was nothing to write.
Result<std::string> apply(const RepairArguments& arguments, const Planned& planned,
                          const std::stop_token& stop)
{
    if (planned.plan.patches.empty())
        return std::string();
    FATLAS_ASSIGN(const auto target, image::openWritable(planned.image));
    const std::filesystem::path kept = arguments.undoFile.empty()
                                           ? edit::proposeUndoFile(planned.image.origin.file)
                                           : std::filesystem::path(arguments.undoFile);
    ProgressBar bar("writing");
    FATLAS_TRY(
        edit::applyPatches(*target, groupsOf(planned), kept, JobControl(stop, bar.callback())));
    return kept.native();
}

Json repairsJson(const fat::RepairPlan& plan)
{
    Json repairs = Json::array();
    for (const fat::Repair& repair : plan.repairs) {
        Json one = findingsJson(std::span(&repair.finding, 1)).front();
        one["action"] = repair.action;
        repairs.push_back(std::move(one));
    }
    return repairs;
}

void sayJson(Output& output, const Planned& planned, const std::string* undoFile)
{
    Json json;
    json["image"] = planned.image.source;
    json["repairs"] = repairsJson(planned.plan);
    json["patchCount"] = planned.plan.patches.size();
    json["patchedBytes"] = bytesOf(planned.plan);
    json["remaining"] = findingsJson(planned.plan.remaining);
    json["applied"] = undoFile != nullptr && !undoFile->empty();
    if (undoFile != nullptr && !undoFile->empty())
        json["undoFile"] = *undoFile;
    writeJson(output, json);
}

void sayPlan(Output& output, const Planned& planned)
{
    for (const fat::Repair& repair : planned.plan.repairs)
        output.print("{}\n  -> {}\n", describe(repair.finding), withoutControls(repair.action));
    if (planned.plan.patches.empty())
        output.text("nothing to repair\n");
    else
        output.print("{} with {} in {}\n",
                     counted(planned.plan.repairs.size(), "repair", "repairs"),
                     counted(bytesOf(planned.plan), "byte", "bytes"),
                     counted(planned.plan.patches.size(), "place", "places"));
}

void sayWords(Output& output, const Planned& planned, const std::string* undoFile)
{
    sayPlan(output, planned);
    if (planned.plan.patches.empty())
        return;
    if (undoFile == nullptr) {
        output.text("nothing was written; --apply repairs\n");
        return;
    }
    const std::string image = escapeForTerminal(planned.image.source);
    output.print("repaired: {}; undo file: {}\nto take it back: fatlas-cli undo {} {}\n", image,
                 escapeForTerminal(*undoFile), image, escapeForTerminal(*undoFile));
}

int runRepair(const RepairArguments& arguments, const std::stop_token& stop)
{
    const auto planned = plan(arguments, stop);
    if (!planned)
        return report(planned.error());
    Result<std::string> undoFile;
    if (arguments.apply)
        undoFile = apply(arguments, *planned, stop);
    if (!undoFile)
        return report(undoFile.error());
    const std::string* const written = arguments.apply ? &*undoFile : nullptr;
    Output output;
    if (arguments.json)
        sayJson(output, *planned, written);
    else
        sayWords(output, *planned, written);
    if (!arguments.json && anyCounts(planned->plan.remaining, Counts::WarningsAndWorse)) {
        complain("not everything can be repaired; what remains:");
        showFindings(planned->plan.remaining, maxFindingsShown);
    }
    if (const auto said = output.finish(); !said)
        return report(said.error());
    const bool isLeft = anyCounts(planned->plan.remaining, Counts::WarningsAndWorse) ||
                        (!arguments.apply && !planned->plan.patches.empty());
    return toInt(isLeft ? ExitStatus::Refused : ExitStatus::Done);
}

} // namespace

void addRepair(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("repair", "put right what is wrong with a volume");
    verb->footer(footer);
    const auto arguments = std::make_shared<RepairArguments>();
    arguments->image.addTo(*verb);
    auto* const planOnly =
        verb->add_flag("--plan", arguments->planOnly, "say what would be done (the default)");
    verb->add_flag("--apply", arguments->apply, "do it")->excludes(planOnly);
    verb->add_option("--undo-file", arguments->undoFile,
                     "where the old bytes are kept (default: beside IMAGE)")
        ->option_text("FILE");
    verb->add_flag("--free-lost", arguments->freeLost,
                   "free clusters that belong to no file, instead of making files of them");
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runRepair(*arguments, stop); };
    });
}

} // namespace fatlas::cli
