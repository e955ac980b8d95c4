#include "core/base/text.hpp"
#include "core/vhd/reparent.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "For a parent that was moved, renamed or only touched: the child records where it is now, and\n"
    "its time. A parent with another UUID is another disk, on which the child makes no sense, and\n"
    "is refused; --force takes it, when you know that it holds the same bytes.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd reparent child.vhd ../base/disk.vhd";

struct ReparentArguments {
    std::string file;
    std::string parent;
    bool force = false;
};

Result<std::string> reparent(const ReparentArguments& arguments, const std::stop_token& stop)
{
    const auto other = arguments.force ? vhd::OtherIdentity::Accept : vhd::OtherIdentity::Refuse;
    FATLAS_ASSIGN(const vhd::ReparentPlan plan,
                  vhd::planReparent(arguments.file, arguments.parent, other));
    ProgressBar bar("rewriting");
    FATLAS_TRY(vhd::reparentVhd(arguments.file, plan, JobControl(stop, bar.callback())));
    return plan.reason;
}

int runReparent(const ReparentArguments& arguments, const std::stop_token& stop)
{
    const auto why = reparent(arguments, stop);
    if (!why)
        return report(why.error());
    Output output;
    output.print("{}: its parent is {}; {}\n", escapeForTerminal(arguments.file),
                 escapeForTerminal(arguments.parent), *why);
    const auto said = output.finish();
    return said ? toInt(ExitStatus::Done) : report(said.error());
}

} // namespace

void addVhdReparent(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("reparent", "tell a child where its parent is now");
    verb->footer(footer);
    const auto arguments = std::make_shared<ReparentArguments>();
    verb->add_option("FILE", arguments->file, "a differencing VHD")->required();
    verb->add_option("PARENT", arguments->parent, "the VHD it is a child of")->required();
    verb->add_flag("--force", arguments->force, "also a parent with another UUID");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runReparent(*arguments, stop); };
    });
}

} // namespace fatlas::cli
