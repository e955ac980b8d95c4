#include "core/base/text.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/vhd/resize.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

constexpr const char* footer =
    "The disk becomes larger or smaller; partitions and volumes in it stay as they are. It is not\n"
    "made smaller unless only zeros are cut. Children of the disk are worth nothing afterwards.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd resize disk.vhd 20G";

struct ResizeArguments {
    std::string file;
    std::string size;
};

Result<> resize(const ResizeArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const std::uint64_t size, folder_disk::parseSize(arguments.size));
    {
        ProgressBar bar("resizing");
        FATLAS_TRY(vhd::resizeVhd(arguments.file, size, JobControl(stop, bar.callback())));
    }
    Output output;
    output.print("{}: a disk of {} ({} bytes)\n", escapeForTerminal(arguments.file),
                 formatSize(size), formatCount(size));
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
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) {
            const auto done = resize(*arguments, stop);
            return done ? toInt(ExitStatus::Done) : report(done.error());
        };
    });
}

} // namespace fatlas::cli
