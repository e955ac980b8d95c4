#include "core/base/text.hpp"
#include "core/vhd/check.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 200;

constexpr const char* footer =
    "Reads footers, header, table, bitmaps, and the parents of a differencing disk. What is only\n"
    "worth knowing (info) does not count.\n"
    "\n"
    "Exit status: 0 sound, 1 there are errors or warnings, 3 not a VHD or not readable.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd check disk.vhd\n"
    "  fatlas-cli vhd check disk.vhd --json";

struct CheckArguments {
    VhdFileArguments vhd;
    bool json = false;
};

std::string verdict(const vhd::CheckReport& report)
{
    const auto count = [&](Severity severity) {
        return std::ranges::count(report.findings, severity, &Finding::severity);
    };
    const auto errors = count(Severity::Error);
    const auto warnings = count(Severity::Warning);
    if (errors == 0 && warnings == 0)
        return "sound";
    return fmt::format("{} {}, {} {}", errors, errors == 1 ? "error" : "errors", warnings,
                       warnings == 1 ? "warning" : "warnings");
}

Json reportJson(const CheckArguments& arguments, const vhd::CheckReport& report)
{
    Json json;
    json["file"] = arguments.vhd.file;
    json["sound"] = !anyCounts(report.findings, Counts::WarningsAndWorse);
    json["allocatedBlocks"] = report.allocatedBlocks;
    json["partialBlocks"] = report.partialBlocks;
    json["emptyBlocks"] = report.emptyBlocks;
    json["unusedBytes"] = report.unusedBytes;
    json["findings"] = findingsJson(report.findings);
    return json;
}

Result<bool> check(const CheckArguments& arguments, const std::stop_token& stop)
{
    ProgressBar bar("checking");
    FATLAS_ASSIGN(const vhd::CheckReport report,
                  vhd::checkVhdChain(arguments.vhd.file, vhd::hostFiles(), arguments.vhd.sizeRule,
                                     JobControl(stop, bar.callback())));
    Output output;
    if (arguments.json) {
        writeJson(output, reportJson(arguments, report));
    } else {
        output.print("{}: {} VHD of {}, {}\n", escapeForTerminal(arguments.vhd.file),
                     vhd::toString(report.file.footer.type), formatSize(report.file.virtualSize),
                     verdict(report));
    }
    FATLAS_TRY(output.finish());
    if (!arguments.json)
        showFindings(report.findings, maxFindingsShown);
    return !anyCounts(report.findings, Counts::WarningsAndWorse);
}

} // namespace

void addVhdCheck(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("check", "find everything that is wrong with a VHD file");
    verb->footer(footer);
    const auto arguments = std::make_shared<CheckArguments>();
    arguments->vhd.addTo(*verb);
    verb->add_flag("--json", arguments->json, "say it for machines");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto sound = check(*arguments, stop);
            if (!sound)
                return report(sound.error());
            return toInt(*sound ? ExitStatus::Done : ExitStatus::Refused);
        };
    });
}

} // namespace fatlas::cli
