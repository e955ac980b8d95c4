#include "app/cli/plan_report.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ranges>

namespace fatlas::cli {

using folder_disk::Plan;

namespace {

constexpr std::size_t maxListedOnRefusal = 50;

void row(Output& output, std::string_view name, std::string_view value)
{
    output.print("  {:<14}{}\n", name, value);
}

template <class Items, class Text>
void section(Output& output, std::string_view title, const Items& items, Text text)
{
    if (items.empty())
        return;
    output.print("\n{} ({})\n", title, formatCount(items.size()));
    for (const auto& item : items)
        output.print("  {}\n", text(item));
}

void writeDisk(Output& output, const Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    output.text("Disk\n");
    row(output, "Image",
        fmt::format("{}, {} bytes", describeDisk(plan), formatCount(plan.layout.diskSize)));
    row(output, "Volume", describeVolume(geometry));
    row(output, "FATs",
        fmt::format("{} of {}, after {}", geometry.fatCount,
                    counted(geometry.sectorsPerFat, "sector", "sectors"),
                    counted(geometry.reservedSectors, "reserved sector", "reserved sectors")));
    row(output, "Tracks", describeTracks(geometry));
    const std::string label = fieldText(plan.boot.label, plan.options.codePage);
    row(output, "Label",
        fmt::format("{}, serial number {}, OEM name {}", label, serialText(plan.boot.serial),
                    fieldText(plan.boot.oemName, plan.options.codePage)));
}

void writeUsage(Output& output, const Plan& plan)
{
    const folder_disk::FitReport& fit = plan.fit;
    const fat::Geometry& geometry = plan.geometry();
    output.text("\nUsage\n");
    row(output, "Content",
        fmt::format("{} in {}, {}, and {} lost to whole clusters",
                    counted(fit.fileCount, "file", "files"),
                    counted(fit.directoryCount, "folder", "folders"), formatSize(fit.contentSize),
                    formatSize(fit.slackSize)));
    row(output, "Clusters",
        fmt::format("{} of {} used ({}), {} needed", formatCount(fit.clustersUsed),
                    formatCount(geometry.clusterCount),
                    percent(fit.clustersUsed, geometry.clusterCount),
                    formatCount(fit.clustersNeeded)));
    if (geometry.rootEntryCount != 0)
        row(output, "Root entries",
            fmt::format("{} of {} used ({}), {} needed", formatCount(fit.rootEntriesUsed),
                        formatCount(geometry.rootEntryCount),
                        percent(fit.rootEntriesUsed, geometry.rootEntryCount),
                        formatCount(fit.rootEntriesNeeded)));
    std::string floppies;
    for (const auto& format : fit.formats)
        if (format.fits)
            floppies += fmt::format("{}{}", floppies.empty() ? "" : " ",
                                    folder_disk::layoutOf(format.format).name);
    row(output, "Floppies", floppies.empty() ? "none is large enough" : floppies + " would do");
}

/// "3 names changed, 1 left out"; empty when everything is as it was.
std::string differences(const Plan& plan)
{
    std::string text;
    const auto add = [&text](std::size_t count, std::string_view one, std::string_view many) {
        if (count != 0)
            text += (text.empty() ? "" : ", ") + counted(count, one, many);
    };
    add(plan.nameChanges.size(), "name changed", "names changed");
    add(plan.unfit.size(), "item skipped that does not fit", "items skipped that do not fit");
    add(plan.leftOut.size(), "item left out", "items left out");
    add(plan.excluded.size(), "item excluded", "items excluded");
    return text;
}

/// As --size takes it, in the largest unit of which it is a whole number.
std::string sizeOption(std::uint64_t bytes)
{
    if (bytes % MiB == 0)
        return fmt::format("{}M", bytes / MiB);
    return bytes % KiB == 0 ? fmt::format("{}K", bytes / KiB) : fmt::format("{}", bytes);
}

} // namespace

void writePlan(Output& output, const Plan& plan)
{
    writeDisk(output, plan);
    writeUsage(output, plan);
    section(output, "Names that change", plan.nameChanges, [](const auto& change) {
        return fmt::format("{} -> {}: {}", escapeForTerminal(change.hostPath),
                           escapeForTerminal(change.diskName), withoutControls(change.why));
    });
    section(output, "Does not fit", plan.unfit, [](const auto& item) {
        return fmt::format("{} ({}): {}", escapeForTerminal(item.path), formatSize(item.size),
                           withoutControls(item.message));
    });
    section(output, "Left out", plan.leftOut, [](const auto& item) {
        return fmt::format("{} {}", escapeForTerminal(item.path), host::toString(item.reason));
    });
    section(output, "Excluded", plan.excluded,
            [](const auto& path) { return escapeForTerminal(path); });
    section(output, "Findings", plan.findings,
            [](const Finding& finding) { return describe(finding); });
}

void writeSummary(Output& output, const Plan& plan, const std::string& target,
                  const convert::SaveStatistics& statistics)
{
    const folder_disk::FitReport& fit = plan.fit;
    output.print("{}: {}\n", escapeForTerminal(target), describeDisk(plan));
    row(output, "Volume", describeVolume(plan.geometry()));
    row(output, "Content",
        fmt::format("{} in {}, {}; {} of the clusters used",
                    counted(fit.fileCount, "file", "files"),
                    counted(fit.directoryCount, "folder", "folders"), formatSize(fit.contentSize),
                    percent(fit.clustersUsed, plan.geometry().clusterCount)));
    if (statistics.sharedBytes != 0)
        row(output, "Shared",
            fmt::format("{} with the files of the folder", formatSize(statistics.sharedBytes)));
    if (const std::string text = differences(plan); !text.empty())
        row(output, "Different", text);
}

Error withOptions(const Plan& plan, Error refusal)
{
    std::vector<std::string> ways;
    const auto format = std::ranges::find_if(plan.fit.formats, &folder_disk::FormatFit::fits);
    if (plan.options.floppy && format != plan.fit.formats.end())
        ways.push_back(fmt::format("--floppy {}", layoutOf(format->format).name));
    if (plan.fit.diskSizeThatFits != 0)
        ways.push_back(fmt::format("--size {}", sizeOption(plan.fit.diskSizeThatFits)));
    refusal.message += "; use ";
    for (const std::string& way : ways)
        refusal.message += way + ", ";
    refusal.message += "--exclude to leave things out, or --skip-unfit to take what fits";
    return refusal;
}

void showRefusal(const Plan& plan, const Error& refusal)
{
    complain(withOptions(plan, refusal).message);
    std::string text;
    for (const auto& item : plan.unfit | std::views::take(maxListedOnRefusal))
        text +=
            fmt::format("  {}: {}\n", escapeForTerminal(item.path), withoutControls(item.message));
    if (plan.unfit.size() > maxListedOnRefusal)
        text += fmt::format("  ... and {} more, which fatlas-cli plan lists\n",
                            formatCount(plan.unfit.size() - maxListedOnRefusal));
    std::fwrite(text.data(), 1, text.size(), stderr);
}

} // namespace fatlas::cli
