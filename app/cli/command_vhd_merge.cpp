#include "core/base/text.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/vhd/merge.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "Without -o, what the child holds is written into its parent, block by block. The child stays\n"
    "and reads the same at every moment, so a merge that was cut off is only run again; when it "
    "is\n"
    "done, the child may be deleted. Other children of the same parent are worth nothing then.\n"
    "\n"
    "With -o, a new dynamic disk is made of the whole chain, and nothing else is changed.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd merge child.vhd --plan\n"
    "  fatlas-cli vhd merge child.vhd\n"
    "  fatlas-cli vhd merge child.vhd -o whole.vhd";

struct MergeArguments {
    std::string file;
    std::string output;
    bool plan = false;
    bool force = false;
};

Result<> mergeToNew(const MergeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto chain, vhd::openVhd(arguments.file));
    vhd::CreateOptions options;
    options.size = chain.device->size();
    {
        ProgressBar bar("merging");
        FATLAS_TRY(convert::saveVhd(chain.device, arguments.output, options,
                                    arguments.force ? convert::Replace::Yes : convert::Replace::No,
                                    JobControl(stop, bar.callback())));
    }
    Output output;
    output.print("{}: {} in one dynamic VHD\n", escapeForTerminal(arguments.output),
                 counted(chain.chain.links.size(), "disk", "disks"));
    return output.finish();
}

Result<> mergeInPlace(const MergeArguments& arguments, const std::stop_token& stop)
{
    vhd::MergePlan merged;
    {
        ProgressBar bar("merging");
        const JobControl job(stop, bar.callback());
        FATLAS_ASSIGN(merged, arguments.plan ? vhd::planMerge(arguments.file, job)
                                             : vhd::mergeIntoParent(arguments.file, job));
    }
    Output output;
    output.print("{} {} in {} into {}\n",
                 arguments.plan ? "would write" : "done:", formatSize(merged.storedBytes),
                 counted(merged.blockCount, "block", "blocks"),
                 escapeForTerminal(merged.parent.native()));
    return output.finish();
}

} // namespace

void addVhdMerge(CLI::App& vhd, Verb& chosen)
{
    auto* verb =
        vhd.add_subcommand("merge", "bring a child into its parent, or a chain into one file");
    verb->footer(footer);
    const auto arguments = std::make_shared<MergeArguments>();
    verb->add_option("FILE", arguments->file, "a differencing VHD")->required();
    auto* out = verb->add_option("-o,--output", arguments->output, "a new file for the whole chain")
                    ->option_text("OUT");
    verb->add_flag("--plan", arguments->plan, "say what would be written, and write nothing")
        ->excludes(out);
    verb->add_flag("--force", arguments->force, "replace OUT if it exists")->needs(out);
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = arguments->output.empty() ? mergeInPlace(*arguments, stop)
                                                        : mergeToNew(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
