#include "core/base/text.hpp"
#include "core/fat/check/check.hpp"

#include "app/cli/check_report.hpp"
#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/image_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Reads boot sectors, every copy of the FAT and every folder, and says what is wrong, where,\n"
    "what DOS, Windows and Linux make of it, and what a repair does. Nothing is written.\n"
    "\n"
    "Exit status: 0 nothing is wrong (notes do not count), 1 findings, 3 it cannot be read.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli check card.img\n"
    "  fatlas-cli check card.img --fat 2\n"
    "  fatlas-cli check disk.img --partition-index 2 --json | jq -r '.findings[].message'";

struct CheckArguments {
    ImageVerb image;
    bool json = false;
    bool all = false;
};

/// Which copy of the FAT goes better with the files; nothing when they are equal.
Result<std::optional<fat::BestFat>> compareCopies(const Checked& checked, const JobControl& job)
{
    if (checked.report->fatDifferences.empty())
        return std::optional<fat::BestFat>();
    const auto& volume = checked.image.volume;
    const std::shared_ptr<const block::BlockDevice> device(volume, &volume->device());
    return fat::findBestFat(device, {.codePage = volume->codePage().number()}, job);
}

Result<Checked> check(const CheckArguments& arguments, const std::stop_token& stop)
{
    ProgressBar bar("checking", ProgressBar::Shows::PartOnly);
    const JobControl job(stop, bar.callback());
    Checked checked;
    FATLAS_ASSIGN(checked.image, arguments.image.open(stop));
    FATLAS_ASSIGN(checked.report, fat::checkVolume(*checked.image.volume, job));
    FATLAS_ASSIGN(checked.best, compareCopies(checked, job));
    checked.findings = findingsOnDisk(checked);
    return checked;
}

int runCheck(const CheckArguments& arguments, const std::stop_token& stop)
{
    const auto cannotBeRead = [](const Error& error) {
        const int status = report(error);
        return status == toInt(ExitStatus::Refused) ? toInt(ExitStatus::System) : status;
    };
    const auto checked = check(arguments, stop);
    if (!checked)
        return cannotBeRead(checked.error());
    Output output;
    if (arguments.json)
        writeJson(output, checkJson(*checked));
    else
        writeCheck(output, *checked, arguments.all ? Listing::All : Listing::Short);
    if (const auto written = output.finish(); !written)
        return cannotBeRead(written.error());
    return toInt(anyCounts(checked->findings, Counts::WarningsAndWorse) ? ExitStatus::Refused
                                                                        : ExitStatus::Done);
}

} // namespace

void addCheck(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("check", "find everything that is wrong with a volume");
    verb->footer(footer);
    const auto arguments = std::make_shared<CheckArguments>();
    arguments->image.addToReader(*verb);
    verb->add_flag("--all", arguments->all, "list every finding, not only the first of each kind");
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runCheck(*arguments, stop); };
    });
}

} // namespace fatlas::cli
