#include "core/base/text.hpp"
#include "core/convert/resize_disk.hpp"
#include "core/folder_disk/options_text.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "The disk becomes larger or smaller. When a FAT volume is all it holds, alone or in its only\n"
    "partition, partition and volume follow; no cluster changes its number. Else, and with\n"
    "--disk-only, what is inside stays as it is, and the disk is not made smaller unless only\n"
    "zeros are cut. Children of the disk are worth nothing afterwards.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd resize disk.vhd 20G\n"
    "  fatlas-cli vhd resize disk.vhd 20G --disk-only";

struct ResizeArguments {
    std::string file;
    std::string size;
    bool diskOnly = false;
};

/// "FAT16 volume: 1,000 instead of 500 clusters"
std::string volumeWords(const fat::ResizePlan& plan)
{
    return fmt::format("{} volume of {}: {} clusters instead of {}", toString(plan.after.type),
                       formatSize(plan.after.volumeSize()), formatCount(plan.after.clusterCount),
                       formatCount(plan.before.clusterCount));
}

Result<> resize(const ResizeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const std::uint64_t size, folder_disk::parseSize(arguments.size));
    convert::ResizedVhd resized;
    {
        ProgressBar bar("resizing");
        FATLAS_ASSIGN(resized, convert::resizeVhd(arguments.file, size,
                                                  arguments.diskOnly ? convert::Content::Stays
                                                                     : convert::Content::Follows,
                                                  JobControl(stop, bar.callback())));
    }
    Output output;
    output.print("{}: a disk of {} ({} bytes)\n", escapeForTerminal(arguments.file),
                 formatSize(size), formatCount(size));
    if (resized.volume)
        output.print("{}\n", volumeWords(*resized.volume));
    return output.finish();
}

} // namespace

void addVhdResize(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("resize", "make a disk larger or smaller");
    verb->footer(footer);
    const auto arguments = std::make_shared<ResizeArguments>();
    verb->add_option("FILE", arguments->file, "a VHD file")->required();
    verb->add_option("SIZE", arguments->size, "of the disk: bytes, or 20G, 512M ...")->required();
    verb->add_flag("--disk-only", arguments->diskOnly, "leave partition and volume as they are");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = resize(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
