#include "core/base/text.hpp"
#include "core/image/image.hpp"
#include "core/vhd/rewrite.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/look.hpp"
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
    "  fatlas-cli vhd compact disk.vhd\n"
    "  fatlas-cli vhd compact disk.vhd --drop-free";

struct CompactArguments {
    std::string file;
    bool dropFree = false;
};

/// Free clusters of the one volume, as ranges of the disk.
Result<std::vector<block::Extent>> freeExtents(const std::string& file, const std::stop_token& stop)
{
    FATLAS_ASSIGN(auto image, image::openImage(file, {}, JobControl(stop)));
    if (image.vhdChain == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is not a VHD", escapeForTerminal(file)));
    FATLAS_ASSIGN(const Look view, look(std::move(image), Thoroughness::Checked, stop));
    if (anyCounts(view.findings, Counts::WarningsAndWorse))
        return fail(ErrorCode::Refused,
                    "the volume inside is damaged, so what is free is not certain; repair it first "
                    "(fatlas-cli repair)");
    const fat::Geometry& geometry = view.volume().geometry();
    std::vector<block::Extent> unused;
    for (const fat::UsageRun& run : view.usage->runs())
        if (run.state == fat::ClusterState::Free)
            unused.push_back({.offset = view.image.volumeOffset + geometry.clusterOffset(run.first),
                              .length = std::uint64_t{run.count} * geometry.clusterSize()});
    return unused;
}

Result<> compact(const CompactArguments& arguments, const std::stop_token& stop)
{
    vhd::RewriteOptions options;
    if (arguments.dropFree) {
        FATLAS_ASSIGN(options.unused, freeExtents(arguments.file, stop));
    }
    vhd::RewriteReport done;
    {
        ProgressBar bar("compacting");
        FATLAS_ASSIGN(done,
                      vhd::rewriteVhd(arguments.file, options, JobControl(stop, bar.callback())));
    }
    Output output;
    output.print("{}: {} instead of {}\n", escapeForTerminal(arguments.file),
                 formatSize(done.fileSizeAfter), formatSize(done.fileSizeBefore));
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
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = compact(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
