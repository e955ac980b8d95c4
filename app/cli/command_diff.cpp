#include "core/base/text.hpp"
#include "core/fat/diff/diff.hpp"

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

constexpr std::size_t maxRangesShown = 20;

constexpr const char* footer =
    "Compares two volumes: files and folders (+ added, - removed, > moved, ~ changed: c content,\n"
    "k file or folder, t times, a attributes, n name), the entries of the FAT, and the fields of\n"
    "boot sector and FSInfo. Either may be a folder: then the disk that would be made from it is\n"
    "compared. Exit status 0 when nothing differs, 1 when something does, 3 when one cannot be\n"
    "read.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli diff before.img after.img\n"
    "  fatlas-cli diff ~/dos dos.img --json";

struct DiffArguments {
    ImageVerb before;
    std::string after;
    std::optional<std::uint32_t> afterPartition;
    bool json = false;
};

struct Sides {
    fat::DiffSide before;
    fat::DiffSide after;
};

Result<fat::DiffSide> readSide(const image::Image& image, const std::stop_token& stop)
{
    FATLAS_ASSIGN(auto tree, fat::readTree(*image.volume, JobControl(stop)));
    return fat::DiffSide{.volume = image.volume, .tree = std::move(tree)};
}

/// What is said about making a disk from a folder is for the one of them that is a folder.
Result<Sides> readSides(const DiffArguments& arguments, const std::stop_token& stop)
{
    ImageVerb first = arguments.before;
    first.layoutMayBeForOther = true;
    ImageVerb second = first;
    second.image = arguments.after;
    second.partitionIndex = arguments.afterPartition;
    FATLAS_ASSIGN(const auto before, first.open(stop));
    second.layoutMayBeForOther = before.plan != nullptr;
    FATLAS_ASSIGN(const auto after, second.open(stop));
    Sides sides;
    FATLAS_ASSIGN(sides.before, readSide(before, stop));
    FATLAS_ASSIGN(sides.after, readSide(after, stop));
    return sides;
}

Json differencesJson(const fat::FileDifferences& differences)
{
    Json json = Json::array();
    if (differences.content)
        json.push_back("content");
    if (differences.kind)
        json.push_back("kind");
    if (differences.times)
        json.push_back("times");
    if (differences.attributes)
        json.push_back("attributes");
    if (differences.name)
        json.push_back("name");
    return json;
}

Json diffJson(const fat::DiffReport& report)
{
    Json json;
    json["same"] = report.isSame();
    json["files"] = Json::array();
    for (const fat::FileChange& change : report.files) {
        Json one;
        one["kind"] = fat::toString(change.kind);
        one["type"] = change.isDirectory ? "directory" : "file";
        one["before"] = change.before.empty() ? Json() : Json(change.before);
        one["after"] = change.after.empty() ? Json() : Json(change.after);
        one["sizeBefore"] = change.sizeBefore;
        one["sizeAfter"] = change.sizeAfter;
        one["differences"] = differencesJson(change.differences);
        one["firstDifference"] = change.firstDifference ? Json(*change.firstDifference) : Json();
        json["files"].push_back(std::move(one));
    }
    json["fat"]["skipped"] = report.fatSkipped.empty() ? Json() : Json(report.fatSkipped);
    json["fat"]["entryCount"] = report.fatEntryCount;
    json["fat"]["ranges"] = Json::array();
    for (const ClusterRange& range : report.fatRanges)
        json["fat"]["ranges"].push_back({{"first", range.first.value}, {"count", range.count}});
    json["fields"] = Json::array();
    for (const fat::FieldChange& field : report.fields)
        json["fields"].push_back({{"structure", field.structure},
                                  {"name", field.name},
                                  {"before", field.before},
                                  {"after", field.after}});
    return json;
}

std::string letters(const fat::FileDifferences& differences)
{
    std::string text;
    text += differences.content ? 'c' : '-';
    text += differences.kind ? 'k' : '-';
    text += differences.times ? 't' : '-';
    text += differences.attributes ? 'a' : '-';
    text += differences.name ? 'n' : '-';
    return text;
}

void writeFile(Output& output, const fat::FileChange& change)
{
    const char* const tail = change.isDirectory ? "/" : "";
    const std::string before = escapeForTerminal(change.before);
    const std::string after = escapeForTerminal(change.after);
    switch (change.kind) {
    case fat::FileChangeKind::Added: output.print("+ {}{}\n", after, tail); return;
    case fat::FileChangeKind::Removed: output.print("- {}{}\n", before, tail); return;
    case fat::FileChangeKind::Moved:
        output.print("> {}{} -> {}{}\n", before, tail, after, tail);
        return;
    case fat::FileChangeKind::Same: return;
    case fat::FileChangeKind::Changed: break;
    }
    output.print("~ {} {}{}", letters(change.differences), after, tail);
    if (change.sizeBefore != change.sizeAfter)
        output.print(", {} -> {} bytes", formatCount(change.sizeBefore),
                     formatCount(change.sizeAfter));
    if (change.firstDifference)
        output.print(", from byte {} on", formatCount(*change.firstDifference));
    output.text("\n");
}

std::string rangesText(const fat::DiffReport& report)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(report.fatRanges.size(), maxRangesShown); ++i) {
        const ClusterRange& range = report.fatRanges[i];
        text += fmt::format("{}{}", i == 0 ? "" : ", ", range.first.value);
        if (range.count > 1)
            text += fmt::format("-{}", range.end().value - 1);
    }
    return text + (report.fatRanges.size() > maxRangesShown ? ", ..." : "");
}

void writeDiff(Output& output, const fat::DiffReport& report)
{
    if (report.isSame() && report.fatSkipped.empty())
        return output.text("The volumes are the same.\n");
    for (const fat::FileChange& change : report.files)
        writeFile(output, change);
    if (report.files.empty())
        output.text("Files and folders are the same.\n");
    if (!report.fatSkipped.empty())
        output.print("FAT: not compared, {}.\n", report.fatSkipped);
    else if (report.fatEntryCount != 0)
        output.print("FAT: {} differ: {}\n", counted(report.fatEntryCount, "entry", "entries"),
                     rangesText(report));
    for (const fat::FieldChange& field : report.fields)
        output.print("{}, {}: {} -> {}\n", field.structure, field.name,
                     withoutControls(field.before), withoutControls(field.after));
}

int runDiff(const DiffArguments& arguments, const std::stop_token& stop)
{
    const auto sides = readSides(arguments, stop);
    if (!sides)
        return report(sides.error());
    const auto found = fat::diffVolumes(sides->before, sides->after, JobControl(stop));
    if (!found)
        return report(found.error());
    Output output;
    if (arguments.json)
        writeJson(output, diffJson(*found));
    else
        writeDiff(output, *found);
    if (const auto said = output.finish(); !said)
        return report(said.error());
    return toInt(found->isSame() ? ExitStatus::Done : ExitStatus::Refused);
}

} // namespace

void addDiff(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("diff", "say what differs between two volumes");
    verb->footer(footer);
    const auto arguments = std::make_shared<DiffArguments>();
    arguments->before.addToReader(*verb);
    verb->add_option("OTHER", arguments->after, "what IMAGE is compared with, like IMAGE")
        ->required()
        ->option_text(" ");
    verb->add_option("--other-partition-index", arguments->afterPartition,
                     "which partition of OTHER, from 1 (default: the one with a FAT volume)")
        ->option_text("N");
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runDiff(*arguments, stop); };
    });
}

} // namespace fatlas::cli
