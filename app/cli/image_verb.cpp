#include "app/cli/image_verb.hpp"

#include "core/base/job_control.hpp"
#include "core/base/text.hpp"
#include "core/folder_disk/options_text.hpp"

#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace fatlas::cli {

void ImageVerb::addTo(CLI::App& verb)
{
    verb.add_option("IMAGE", image, "an image file, a block device, a folder or a fat: address")
        ->required()
        ->option_text(" ");
    verb.add_option("--partition-index", partitionIndex,
                    "which partition, from 1 (default: the one with a FAT volume)")
        ->option_text("N");
    verb.add_option("--offset", offset, "where the volume begins: bytes, or 1M, 31.5K ...")
        ->check(readableBy(folder_disk::parseSize), "", "offset")
        ->option_text("N|SIZE");
    layout.addTo(verb, "When IMAGE is a folder (--codepage and --timezone: always)");
}

void ImageVerb::addToReader(CLI::App& verb)
{
    addTo(verb);
    layout.letFatNameCopy(verb);
}

Result<image::OpenOptions> ImageVerb::openOptions() const
{
    image::OpenOptions options;
    options.partitionIndex = partitionIndex;
    options.fatCopy = layout.fatCopy();
    if (offset) {
        FATLAS_ASSIGN(options.offset, folder_disk::parseSize(*offset));
    }
    FATLAS_ASSIGN(options.folder, layout.optionsFor(image));
    options.codePage = options.folder.codePage;
    return options;
}

Result<image::OpenedDisk> ImageVerb::openDisk(const std::stop_token& stop) const
{
    FATLAS_ASSIGN(const image::OpenOptions options, openOptions());
    // Progress is that of unpacking; a folder is scanned in no time.
    std::error_code error;
    ProgressBar bar("Unpacking");
    const bool isFile = std::filesystem::is_regular_file(image, error);
    const JobControl job(stop, isFile ? bar.callback() : nullptr);
    FATLAS_ASSIGN(auto opened, image::openDisk(image, options, job));
    const std::string misplaced = layoutMayBeForOther ? "" : layout.givenForFoldersOnly();
    if (opened.plan == nullptr && !misplaced.empty())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} says how a disk is made from a folder, but {} is a disk",
                                misplaced, escapeForTerminal(image)));
    return opened;
}

Result<image::Image> ImageVerb::openVolume(const image::OpenedDisk& disk) const
{
    FATLAS_ASSIGN(const image::OpenOptions options, openOptions());
    return image::openVolume(disk, options);
}

Result<image::Image> ImageVerb::open(const std::stop_token& stop) const
{
    FATLAS_ASSIGN(const image::OpenedDisk disk, openDisk(stop));
    return openVolume(disk);
}

Result<fat::TimeZone> ImageVerb::timeZone() const
{
    FATLAS_ASSIGN(const auto options, layout.options({}));
    return options.reproducible ? fat::TimeZone{.kind = fat::TimeZone::Kind::Utc}
                                : options.timeZone;
}

} // namespace fatlas::cli
