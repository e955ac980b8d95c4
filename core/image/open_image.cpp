#include "core/base/text.hpp"
#include "core/block/file_device.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/find_volume.hpp"
#include "core/image/folder_source.hpp"
#include "core/image/image.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace fatlas::image {

namespace {

Result<Image> imageOf(const std::string& source, std::shared_ptr<const block::BlockDevice> disk,
                      const OpenOptions& options)
{
    FATLAS_ASSIGN(auto table, partition::readPartitionTable(*disk));
    FATLAS_ASSIGN(auto found, findVolume(disk, table,
                                         {.partitionIndex = options.partitionIndex,
                                          .offset = options.offset,
                                          .volume = {.codePage = options.codePage,
                                                     .fatCopy = options.fatCopy}}));
    return Image{.source = source,
                 .disk = std::move(disk),
                 .table = std::move(table),
                 .partitionIndex = found.partitionIndex,
                 .volumeOffset = found.offset,
                 .volume = std::move(found.volume),
                 .plan = nullptr};
}

Result<Image> openFile(const std::string& path, const OpenOptions& options)
{
    FATLAS_ASSIGN(const auto file, block::FileDevice::open(path));
    auto image = imageOf(path, file, options);
    if (!image)
        image.error().message =
            fmt::format("{}: {}", escapeForTerminal(path), image.error().message);
    else
        image->origin = {
            .kind = DiskOrigin::Kind::File, .file = path, .identity = file->identity()};
    return image;
}

Result<Image> openFolder(const std::string& source, const std::string& folder,
                         const OpenOptions& options, const JobControl& job)
{
    FATLAS_ASSIGN(auto plan,
                  planFolder({.folder = folder, .output = {}, .options = options.folder}, job));
    FATLAS_ASSIGN(auto disk, folder_disk::openFolderDisk(plan));
    OpenOptions asPlanned = options;
    asPlanned.codePage = plan->options.codePage;
    FATLAS_ASSIGN(auto image, imageOf(source, std::move(disk), asPlanned));
    image.plan = std::move(plan);
    image.origin = {.kind = DiskOrigin::Kind::Folder};
    return image;
}

} // namespace

Result<Image> openImage(const std::string& source, const OpenOptions& options,
                        const JobControl& job)
{
    FATLAS_ASSIGN(const auto address, folder_disk::parseSource(source));
    if (address.isFatAddress) {
        OpenOptions addressed = options;
        if (addressed.folder == folder_disk::Options{})
            addressed.folder = address.options;
        return openFolder(source, address.folder, addressed, job);
    }
    std::error_code error;
    if (std::filesystem::is_directory(source, error))
        return openFolder(source, source, options, job);
    return openFile(source, options);
}

Result<std::shared_ptr<const block::BlockDevice>> openRawDisk(const std::string& path)
{
    return block::FileDevice::open(path);
}

} // namespace fatlas::image
