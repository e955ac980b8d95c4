#include "core/base/text.hpp"
#include "core/fat/deleted/deleted.hpp"
#include "core/image/extract_deleted.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/extract_report.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/look.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <numeric>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Lists deleted files and folders whose directory entries are still there: number, size, time\n"
    "of the last change, path, and the chance to get it back. Where a name's first character is\n"
    "lost it is shown as _. --extract saves one by its number (a folder with everything in it), "
    "or\n"
    "all of them, into DIR and never outside; what others use now becomes zeros. Exit status 1\n"
    "when something chosen was not saved.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli deleted card.img\n"
    "  fatlas-cli deleted card.img --extract 3 -d rescued\n"
    "  fatlas-cli deleted card.img --extract all -d rescued";

struct DeletedArguments {
    ImageVerb image;
    std::optional<std::string> extract;
    std::string destination;
    bool force = false;
    bool json = false;
};

/// A volume and what was deleted on it.
struct Findings {
    Look view;
    fat::DeletedReport report;
};

Result<Findings> find(const DeletedArguments& arguments, const std::stop_token& stop)
{
    Findings found;
    FATLAS_ASSIGN(auto image, arguments.image.open(stop));
    FATLAS_ASSIGN(found.view, look(std::move(image), Thoroughness::OnTheWay, stop));
    FATLAS_ASSIGN(const auto pyramid,
                  fat::UsagePyramid::build(found.view.usage, {}, JobControl(stop)));
    FATLAS_ASSIGN(found.report, fat::findDeleted(found.view.volume(), *found.view.tree, *pyramid,
                                                 JobControl(stop)));
    return found;
}

std::string timeOf(const fat::DeletedEntry& entry)
{
    return fat::formatTime(
        {.date = entry.raw.modifiedDate.get(), .time = entry.raw.modifiedTime.get(), .tenths = 0});
}

Json deletedJson(const Findings& found)
{
    Json json = Json::array();
    std::size_t number = 0;
    for (const fat::DeletedEntry& entry : found.report.entries) {
        Json one;
        one["number"] = ++number;
        one["path"] = entry.path();
        one["name"] = entry.name;
        one["shortName"] = entry.shortName;
        one["nameIsWhole"] = entry.isNameWhole;
        one["type"] = entry.isDirectory ? "directory" : "file";
        one["size"] = entry.size();
        one["modified"] = timeOf(entry);
        one["firstCluster"] = entry.first.value;
        one["firstClusterIsGuessed"] = entry.isFirstGuessed;
        one["clustersNeeded"] = entry.clustersNeeded;
        one["clustersFree"] = entry.clustersFree;
        one["chance"] = fat::toString(entry.chance);
        one["chanceInWords"] = fat::describeChance(entry);
        one["entryOffset"] = found.view.image.volumeOffset + entry.entryOffset;
        one["parent"] = entry.parent ? Json(*entry.parent + 1) : Json();
        json.push_back(std::move(one));
    }
    return json;
}

void writeList(Output& output, const Findings& found)
{
    const auto& entries = found.report.entries;
    if (entries.empty())
        output.text("No deleted files or folders are to be seen.\n");
    std::size_t number = 0;
    for (const fat::DeletedEntry& entry : entries)
        output.print("{:>6}  {:>13}  {:19}  {}\n        {}\n", ++number,
                     entry.isDirectory ? "<folder>" : formatCount(entry.size()), timeOf(entry),
                     escapeForTerminal(entry.path()), fat::describeChance(entry));
    if (found.report.isCutOff)
        output.print("There are more than {}; the rest is not listed.\n",
                     formatCount(fat::DeletedReport::maxEntries));
}

Result<std::vector<std::size_t>> chosenOf(const std::string& text, std::size_t count)
{
    if (text == "all") {
        std::vector<std::size_t> all(count);
        std::iota(all.begin(), all.end(), std::size_t{0});
        return all;
    }
    std::size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [next, problem] = std::from_chars(text.data(), end, number);
    if (problem != std::errc{} || next != end || number == 0 || number > count)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there is no deleted entry \"{}\"; expected all, or a number from "
                                "1 to {}",
                                escapeForTerminal(text), count));
    return std::vector<std::size_t>{number - 1};
}

int runExtract(const DeletedArguments& arguments, const Findings& found,
               const std::stop_token& stop)
{
    const auto chosen = chosenOf(arguments.extract.value_or("all"), found.report.entries.size());
    if (!chosen)
        return report(chosen.error());
    const auto timeZone = arguments.image.timeZone();
    if (!timeZone)
        return report(timeZone.error());
    ProgressBar bar("extracting");
    const auto extracted = image::extractDeleted(
        found.view.volume(), found.report, *found.view.usage, *chosen,
        {.destination = arguments.destination,
         .existing = arguments.force ? image::Existing::Replace : image::Existing::Keep,
         .timeZone = *timeZone},
        JobControl(stop, bar.callback()));
    return reportExtracted(arguments.destination, extracted);
}

int runDeleted(const DeletedArguments& arguments, const std::stop_token& stop)
{
    const auto found = find(arguments, stop);
    if (!found)
        return report(found.error());
    if (arguments.extract)
        return runExtract(arguments, *found, stop);
    Output output;
    if (arguments.json)
        writeJson(output, deletedJson(*found));
    else
        writeList(output, *found);
    const auto said = output.finish();
    return said ? toInt(ExitStatus::Done) : report(said.error());
}

} // namespace

void addDeleted(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("deleted", "list deleted files and get them back");
    verb->footer(footer);
    const auto arguments = std::make_shared<DeletedArguments>();
    arguments->image.addToReader(*verb);
    auto* extract = verb->add_option("--extract", arguments->extract, "which one to save, or all")
                        ->option_text("NUMBER|all");
    auto* directory =
        verb->add_option("-d,--directory", arguments->destination, "where to; made when missing")
            ->option_text("DIR");
    extract->needs(directory);
    directory->needs(extract);
    verb->add_flag("--force", arguments->force, "replace files that exist already");
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runDeleted(*arguments, stop); };
    });
}

} // namespace fatlas::cli
