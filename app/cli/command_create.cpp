#include "core/convert/save_image.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/folder_disk/folder_disk.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/folder_verb.hpp"
#include "app/cli/json.hpp"
#include "app/cli/plan_report.hpp"
#include "app/cli/terminal.hpp"

#include <algorithm>
#include <limits>
#include <memory>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;

constexpr const char* footer =
    "FILE appears when the image is whole; after an error or Ctrl+C there is nothing of it.\n"
    "What cannot be on the disk is listed and nothing is written, unless --exclude or\n"
    "--skip-unfit leaves it out. If FILE lies in SOURCE, an older one there is left out.\n"
    "\n"
    "Examples:\n"
    "  fatlas-cli create ~/dos -o dos.img --floppy 1.44M --label DOS\n"
    "  fatlas-cli create ~/esp -o esp.img --fat 32 --partition gpt --esp\n"
    "  fatlas-cli create ~/games -o games.vhd --format vhd-dynamic --size 2G\n"
    "  fatlas-cli create fat:floppy:dos -o floppy.img --reproducible --force\n"
    "  fatlas-cli create --empty -o blank.img --size 64M";

struct CreateArguments {
    FolderVerb folder;
    std::string output;
    std::string format = "raw";
    std::string blockSize;
    bool force = false;
};

Result<convert::SaveStatistics> saveAsVhd(std::shared_ptr<const block::BlockDevice> disk,
                                          const CreateArguments& arguments, const JobControl& job)
{
    vhd::CreateOptions options;
    options.type = arguments.format == "vhd-fixed" ? vhd::DiskType::Fixed : vhd::DiskType::Dynamic;
    options.size = disk->size();
    if (!arguments.blockSize.empty()) {
        FATLAS_ASSIGN(const std::uint64_t block, folder_disk::parseSize(arguments.blockSize));
        options.blockSize = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(block, std::numeric_limits<std::uint32_t>::max()));
    }
    FATLAS_ASSIGN(const auto saved,
                  convert::saveVhd(std::move(disk), arguments.output, options,
                                   arguments.force ? convert::Replace::Yes : convert::Replace::No,
                                   job));
    return saved.statistics;
}

Result<convert::SaveStatistics> save(const std::shared_ptr<const folder_disk::Plan>& plan,
                                     const CreateArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto disk, folder_disk::openFolderDisk(plan));
    ProgressBar bar("saving");
    const JobControl job(stop, bar.callback());
    if (arguments.format != "raw")
        return saveAsVhd(disk, arguments, job);
    return convert::saveImage(*disk, arguments.output,
                              arguments.force ? convert::Replace::Yes : convert::Replace::No, job);
}

Result<> sayWhatWasMade(const folder_disk::Plan& plan, const CreateArguments& arguments,
                        const convert::SaveStatistics& statistics)
{
    Output output;
    if (arguments.folder.json) {
        Json json;
        json["image"] = arguments.output;
        json["plan"] = planJson(plan);
        json["saved"] = {{"size", statistics.imageSize},
                         {"sharedSize", statistics.sharedBytes},
                         {"kernelCopiedSize", statistics.kernelBytes},
                         {"copiedSize", statistics.copiedBytes},
                         {"holeSize", statistics.holeBytes}};
        writeJson(output, json);
    } else {
        writeSummary(output, plan, arguments.output, statistics);
    }
    return output.finish();
}

int runCreate(const CreateArguments& arguments, const std::stop_token& stop)
{
    const auto plan = arguments.folder.plan(arguments.output, stop);
    if (!plan)
        return report(plan.error());
    if (const auto refusal = (*plan)->refusal()) {
        showRefusal(**plan, *refusal);
        return toInt(statusOf(refusal->code));
    }
    showFindings((*plan)->findings, maxFindingsShown);
    if (arguments.folder.strict && anyCounts((*plan)->findings, Counts::WarningsAndWorse)) {
        complain("there are findings and --strict was given, so nothing was written");
        return toInt(ExitStatus::Refused);
    }
    const auto statistics = save(*plan, arguments, stop);
    if (!statistics)
        return report(statistics.error());
    if (const auto said = sayWhatWasMade(**plan, arguments, *statistics); !said)
        return report(said.error());
    return toInt(ExitStatus::Done);
}

} // namespace

void addCreate(CLI::App& app, Verb& chosen)
{
    auto* verb = app.add_subcommand("create", "make an image file from a folder");
    verb->footer(footer);
    const auto arguments = std::make_shared<CreateArguments>();
    verb->add_option("-o,--output", arguments->output, "the image file to make")
        ->required()
        ->option_text("FILE");
    verb->add_option("--format", arguments->format,
                     "raw (default), vhd-fixed or vhd-dynamic (sizes are kept to the byte)")
        ->check(CLI::IsMember({"raw", "vhd-fixed", "vhd-dynamic"}))
        ->option_text("FORMAT");
    verb->add_option("--block-size", arguments->blockSize, "of a dynamic VHD (default: 2M)")
        ->option_text("SIZE");
    verb->add_flag("--force", arguments->force, "replace FILE if it exists");
    arguments->folder.addTo(*verb);
    verb->callback([arguments, &chosen] {
        arguments->folder.check();
        if (!arguments->blockSize.empty() && arguments->format != "vhd-dynamic")
            throw CLI::ValidationError("--block-size", "is for --format vhd-dynamic");
        chosen = [arguments](const std::stop_token& stop) { return runCreate(*arguments, stop); };
    });
}

} // namespace fatlas::cli
