#include "core/base/text.hpp"
#include "core/convert/free_space.hpp"
#include "core/vhd/rewrite.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Gives back the space of blocks that hold only zeros and of what nothing uses. The disk reads\n"
    "the same afterwards, and its children still know it. The new file takes the place of the old\n"
    "one when it is whole; until then there must be room for both.\n"
    "\n"
    "--drop-free also drops the bytes of clusters that are free: what was deleted cannot be\n"
    "recovered then. The disk must hold one sound FAT volume.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd compact disk.vhd --plan\n"
    "  fatlas-cli vhd compact disk.vhd\n"
    "  fatlas-cli vhd compact disk.vhd --drop-free";

struct CompactArguments {
    std::string file;
    bool dropFree = false;
    bool plan = false;
};

Result<> compact(const CompactArguments& arguments, const std::stop_token& stop)
{
    vhd::RewriteOptions options;
    if (arguments.dropFree) {
        FATLAS_ASSIGN(options.unused, convert::freeExtents(arguments.file, JobControl(stop)));
    }
    vhd::RewriteReport done;
    {
        ProgressBar bar(arguments.plan ? "reading" : "compacting");
        const JobControl job(stop, bar.callback());
        FATLAS_ASSIGN(done, arguments.plan ? vhd::planRewrite(arguments.file, options, job)
                                           : vhd::rewriteVhd(arguments.file, options, job));
    }
    Output output;
    output.print("{}: {}{} instead of {}\n", escapeForTerminal(arguments.file),
                 arguments.plan ? "would have " : "", formatSize(done.fileSizeAfter),
                 formatSize(done.fileSizeBefore));
    return output.finish();
}

} // namespace

void addVhdCompact(CLI::App& vhd, Verb& chosen)
{
    auto* verb =
        vhd.add_subcommand("compact", "make the file of a dynamic disk as small as it can be");
    verb->footer(footer);
    const auto arguments = std::make_shared<CompactArguments>();
    verb->add_option("FILE", arguments->file, "a dynamic or differencing VHD")->required();
    verb->add_flag("--drop-free", arguments->dropFree, "drop the bytes of free clusters too");
    verb->add_flag("--plan", arguments->plan, "say how small it would be, and write nothing");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = compact(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
