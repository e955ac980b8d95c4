#include "core/base/text.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/repair.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 200;

constexpr const char* footer =
    "Writes footers from each other, sets checksums where all else fits, and takes blocks that\n"
    "lie outside the file from the table. Data of blocks are never touched. Without --apply\n"
    "nothing is written: the plan is shown.\n"
    "\n"
    "Exit status: 0 nothing is to be repaired, or it was, 1 there is a plan, or something that\n"
    "cannot be repaired is left.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd repair disk.vhd\n"
    "  fatlas-cli vhd repair disk.vhd --apply";

struct RepairArguments {
    VhdFileArguments vhd;
    bool plan = false;
    bool apply = false;
};

void sayPlan(Output& output, const RepairArguments& arguments, const vhd::RepairPlan& plan)
{
    if (plan.steps.empty())
        output.print("{}: nothing to repair\n", escapeForTerminal(arguments.vhd.file));
    for (const vhd::RepairStep& step : plan.steps)
        output.print("{} {} (byte {}, {} bytes) [{}]\n",
                     arguments.apply ? "done:" : "would do:", step.action, step.offset,
                     step.after.size(), step.rule);
}

Result<bool> repair(const RepairArguments& arguments, const std::stop_token& stop)
{
    vhd::RepairPlan plan;
    if (arguments.apply) {
        FATLAS_ASSIGN(const auto file, vhd::GrowingFile::open(arguments.vhd.file));
        FATLAS_ASSIGN(
            plan, vhd::inFile(arguments.vhd.file,
                              vhd::planRepair(*file, arguments.vhd.sizeRule, JobControl(stop))));
        FATLAS_TRY(vhd::applyRepair(plan, *file));
    } else {
        FATLAS_ASSIGN(const vhd::OpenedFile file, vhd::hostFiles().open(arguments.vhd.file));
        FATLAS_ASSIGN(plan, vhd::inFile(arguments.vhd.file,
                                        vhd::planRepair(*file.device, arguments.vhd.sizeRule,
                                                        JobControl(stop))));
    }
    Output output;
    sayPlan(output, arguments, plan);
    FATLAS_TRY(output.finish());
    showFindings(plan.remaining, maxFindingsShown);
    const bool isDone = arguments.apply || plan.steps.empty();
    return isDone && !anyCounts(plan.remaining, Counts::WarningsAndWorse);
}

} // namespace

void addVhdRepair(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("repair", "make a damaged VHD file sound again");
    verb->footer(footer);
    const auto arguments = std::make_shared<RepairArguments>();
    arguments->vhd.addTo(*verb);
    auto* plan = verb->add_flag("--plan", arguments->plan, "show what would be done (default)");
    verb->add_flag("--apply", arguments->apply, "do it")->excludes(plan);
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = repair(*arguments, stop);
            if (!done)
                return report(done.error());
            return toInt(*done ? ExitStatus::Done : ExitStatus::Refused);
        };
    });
}

} // namespace fatlas::cli
