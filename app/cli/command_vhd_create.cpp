#include "core/base/text.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/image.hpp"

#include "app/cli/command_vhd.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/json.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 20;

constexpr const char* footer =
    "Sizes are kept to the byte (as with QEMU's force_size): a size that no geometry expresses\n"
    "carries the largest one, which tells every program to go by the size. --chs rounds up to\n"
    "the next size that a geometry expresses, as QEMU does without force_size.\n"
    "\n"
    "Presets: azure (fixed, whole MiB), hyperv and virtualbox (blocks of 512 KiB or 2 MiB),\n"
    "86box (size rounded up to what its geometry says).\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli vhd create disk.vhd --size 10G\n"
    "  fatlas-cli vhd create azure.vhd --from disk.img --preset azure\n"
    "  fatlas-cli vhd create child.vhd --type differencing --parent disk.vhd\n"
    "  fatlas-cli vhd create dos.vhd --type fixed --from ~/dos";

struct CreateArguments {
    std::string file;
    std::string type;
    std::string size;
    std::string blockSize;
    std::string parent;
    std::string from;
    std::string preset;
    std::string uuid;
    bool chs = false;
    bool force = false;
    bool json = false;
};

Result<> applyNumbers(const CreateArguments& arguments, vhd::CreateOptions& options)
{
    if (!arguments.size.empty()) {
        FATLAS_ASSIGN(options.size, folder_disk::parseSize(arguments.size));
    }
    if (!arguments.blockSize.empty()) {
        FATLAS_ASSIGN(const std::uint64_t size, folder_disk::parseSize(arguments.blockSize));
        options.blockSize = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(size, std::numeric_limits<std::uint32_t>::max()));
    }
    if (!arguments.uuid.empty()) {
        options.uuid = vhd::parseUuid(arguments.uuid);
        if (!options.uuid)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("\"{}\" is not a UUID, expected 32 digits in five groups",
                                    escapeForTerminal(arguments.uuid)));
    }
    return {};
}

Result<> applyType(const CreateArguments& arguments, vhd::CreateOptions& options)
{
    const auto type = parseDiskType(arguments.type);
    if (const auto preset = vhd::parsePreset(arguments.preset))
        FATLAS_TRY(vhd::applyPreset(*preset, type, options));
    else if (type)
        options.type = *type;
    if (arguments.type.empty() && !arguments.parent.empty())
        options.type = vhd::DiskType::Differencing;
    if (arguments.chs)
        options.rounding = vhd::SizeRounding::ToGeometry;
    if (options.type == vhd::DiskType::Differencing && arguments.parent.empty())
        return fail(ErrorCode::InvalidArgument, "a differencing disk needs --parent FILE");
    return {};
}

Result<vhd::CreateOptions> optionsOf(const CreateArguments& arguments)
{
    vhd::CreateOptions options;
    FATLAS_TRY(applyNumbers(arguments, options));
    FATLAS_TRY(applyType(arguments, options));
    if (!arguments.parent.empty()) {
        FATLAS_ASSIGN(options.parent, vhd::linkToParent(arguments.parent, arguments.file));
    } else if (options.size == 0 && arguments.from.empty()) {
        return fail(ErrorCode::InvalidArgument, "say how large the disk is: --size SIZE");
    }
    return options;
}

Result<vhd::CreatePlan> create(const CreateArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(vhd::CreateOptions options, optionsOf(arguments));
    const auto existing =
        arguments.force ? AtomicFile::Existing::Replace : AtomicFile::Existing::Keep;
    if (arguments.from.empty())
        return vhd::createVhd(arguments.file, options, existing);
    FATLAS_ASSIGN(const auto content, image::openDisk(arguments.from, {}, JobControl(stop)));
    if (options.size == 0)
        options.size = (content.disk->size() + 511) / 512 * 512;
    ProgressBar bar("writing");
    FATLAS_ASSIGN(auto saved,
                  convert::saveVhd(content.disk, arguments.file, options,
                                   arguments.force ? convert::Replace::Yes : convert::Replace::No,
                                   JobControl(stop, bar.callback())));
    return std::move(saved.plan);
}

Result<> say(const CreateArguments& arguments, const vhd::CreatePlan& plan)
{
    Output output;
    if (arguments.json) {
        Json json;
        json["file"] = arguments.file;
        json["type"] = vhd::toString(plan.footer.type);
        json["size"] = plan.footer.currentSize;
        json["uuid"] = vhd::toString(plan.footer.uuid);
        json["notes"] = findingsJson(plan.notes);
        writeJson(output, json);
    } else {
        output.print("{}: {} VHD of {} ({} bytes), UUID {}\n", escapeForTerminal(arguments.file),
                     vhd::toString(plan.footer.type), formatSize(plan.footer.currentSize),
                     formatCount(plan.footer.currentSize), vhd::toString(plan.footer.uuid));
    }
    return output.finish();
}

int runCreate(const CreateArguments& arguments, const std::stop_token& stop)
{
    const auto plan = create(arguments, stop);
    if (!plan)
        return report(plan.error());
    showFindings(plan->notes, maxFindingsShown);
    const auto said = say(arguments, *plan);
    return said ? toInt(ExitStatus::Done) : report(said.error());
}

void addOptions(CLI::App& verb, CreateArguments& arguments)
{
    verb.add_option("FILE", arguments.file, "the file to make")->required();
    verb.add_option("--type", arguments.type,
                    "fixed, dynamic (default) or differencing; QEMU's subformat")
        ->check(CLI::IsMember({"fixed", "dynamic", "differencing"}).description(""))
        ->type_name("TYPE");
    verb.add_option("--size", arguments.size, "of the disk: 64M, 10G, bytes; up to 2040G")
        ->type_name("SIZE");
    verb.add_option("--block-size", arguments.blockSize,
                    "of dynamic and differencing disks: a power of two from 4K to 256M (default "
                    "2M)")
        ->type_name("SIZE");
    verb.add_option("--parent", arguments.parent, "of a differencing disk")->type_name("FILE");
    verb.add_option("--from", arguments.from,
                    "content: a raw image, a VHD, or what a disk is made from")
        ->type_name("SOURCE|IMAGE");
    verb.add_option("--preset", arguments.preset, "what a program takes")
        ->check(CLI::IsMember({"azure", "hyperv", "virtualbox", "86box"}).description(""))
        ->type_name("azure|hyperv|virtualbox|86box");
    verb.add_option("--uuid", arguments.uuid, "instead of a random one")->type_name("UUID");
    verb.add_flag("--chs", arguments.chs,
                  "round the size up to a geometry; QEMU without force_size");
    verb.add_flag("--force", arguments.force, "replace FILE if it exists");
    verb.add_flag("--json", arguments.json, "say it for machines");
}

} // namespace

void addVhdCreate(CLI::App& vhd, Verb& chosen)
{
    auto* verb = vhd.add_subcommand("create", "make a VHD file");
    verb->footer(footer);
    const auto arguments = std::make_shared<CreateArguments>();
    addOptions(*verb, *arguments);
    verb->callback([arguments, &chosen] {
        chosen = [arguments](const std::stop_token& stop) { return runCreate(*arguments, stop); };
    });
}

} // namespace fatlas::cli
