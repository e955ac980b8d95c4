#include "core/base/text.hpp"
#include "core/convert/save_image.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/image.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 20;

constexpr const char* footer =
    "IN is whatever the other verbs take: an image, a VHD with its parents, a folder. OUT appears\n"
    "when it is whole. Zeros take no room in it.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd convert disk.img disk.vhd --type dynamic\n"
    "  fatlas-cli vhd convert child.vhd whole.vhd --type fixed\n"
    "  fatlas-cli vhd convert disk.vhd disk.img --type raw";

struct ConvertArguments {
    std::string in;
    std::string out;
    std::string type;
    std::string blockSize;
    bool chs = false;
    bool force = false;
};

Result<vhd::CreateOptions> optionsOf(const ConvertArguments& arguments, std::uint64_t size)
{
    vhd::CreateOptions options;
    options.type = arguments.type == "fixed" ? vhd::DiskType::Fixed : vhd::DiskType::Dynamic;
    options.size = (size + 511) / 512 * 512;
    if (arguments.chs)
        options.rounding = vhd::SizeRounding::ToGeometry;
    if (arguments.blockSize.empty())
        return options;
    FATLAS_ASSIGN(const std::uint64_t block, folder_disk::parseSize(arguments.blockSize));
    options.blockSize = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(block, std::numeric_limits<std::uint32_t>::max()));
    return options;
}

Result<> convertDisk(const ConvertArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto in, image::openDisk(arguments.in, {}, JobControl(stop)));
    ProgressBar bar("converting");
    const JobControl job(stop, bar.callback());
    const auto replace = arguments.force ? convert::Replace::Yes : convert::Replace::No;
    if (arguments.type == "raw") {
        FATLAS_TRY(convert::saveImage(*in.disk, arguments.out, replace, job));
        return {};
    }
    FATLAS_ASSIGN(const auto options, optionsOf(arguments, in.disk->size()));
    FATLAS_ASSIGN(const auto saved,
                  convert::saveVhd(in.disk, arguments.out, options, replace, job));
    showFindings(saved.plan.notes, maxFindingsShown);
    return {};
}

int runConvert(const ConvertArguments& arguments, const std::stop_token& stop)
{
    if (const auto done = convertDisk(arguments, stop); !done)
        return report(done.error());
    Output output;
    output.print("{}: {} of {}\n", escapeForTerminal(arguments.out),
                 arguments.type == "raw" ? "raw image" : arguments.type + " VHD",
                 escapeForTerminal(arguments.in));
    const auto said = output.finish();
    return said ? toInt(ExitStatus::Done) : report(said.error());
}

} // namespace

void addVhdConvert(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("convert", "make a raw image or a VHD of any disk");
    verb->footer(footer);
    const auto arguments = std::make_shared<ConvertArguments>();
    verb->add_option("IN", arguments->in, "an image, a VHD, a folder")->required();
    verb->add_option("OUT", arguments->out, "the file to make")->required();
    verb->add_option("--type", arguments->type, "raw, fixed or dynamic")
        ->required()
        ->check(CLI::IsMember({"raw", "fixed", "dynamic"}))
        ->option_text("TYPE");
    verb->add_option("--block-size", arguments->blockSize, "of a dynamic disk (default: 2M)")
        ->option_text("SIZE");
    verb->add_flag("--chs", arguments->chs, "round the size up to what a geometry expresses");
    verb->add_flag("--force", arguments->force, "replace OUT if it exists");
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runConvert(*arguments, stop); };
    });
}

} // namespace fatlas::cli
