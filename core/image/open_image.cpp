#include "core/base/text.hpp"
#include "core/block/file_device.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/find_volume.hpp"
#include "core/image/folder_source.hpp"
#include "core/image/image.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace fatlas::image {

namespace {

/// 512 is tried first: nearly every image has it, and a table made for it reads as nothing sensible
/// in the other units.
constexpr std::array<std::uint32_t, 4> sectorSizes{512, 4096, 2048, 1024};

Result<Image> imageOf(const std::string& source, std::shared_ptr<const block::BlockDevice> disk,
                      const OpenOptions& options)
{
    FATLAS_ASSIGN(auto table, partition::readPartitionTable(*disk));
    FATLAS_ASSIGN(auto found, findVolume(disk, table,
                                         {.partitionIndex = options.partitionIndex,
                                          .codePage = options.codePage}));
    return Image{.source = source,
                 .disk = std::move(disk),
                 .table = std::move(table),
                 .partitionIndex = found.partitionIndex,
                 .volumeOffset = found.offset,
                 .volume = std::move(found.volume),
                 .plan = nullptr};
}

/// What the sector size of an image file should be: the one in whose units the table makes sense.
Result<Image> openFile(const std::string& path, const OpenOptions& options)
{
    std::optional<Error> first;
    for (const std::uint32_t sectorSize : sectorSizes) {
        FATLAS_ASSIGN(const std::shared_ptr<const block::BlockDevice> disk,
                      block::FileDevice::open(path, File::Access::Read, sectorSize));
        auto image = imageOf(path, disk, options);
        if (image || image.error().code == ErrorCode::Io)
            return image;
        if (!first || (first->code == ErrorCode::BadFormat &&
                       image.error().code == ErrorCode::InvalidArgument))
            first = std::move(image).error();
    }
    first->message = fmt::format("{}: {}", escapeForTerminal(path), first->message);
    return std::unexpected(std::move(*first));
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
    std::shared_ptr<const block::BlockDevice> fallback;
    for (const std::uint32_t sectorSize : sectorSizes) {
        FATLAS_ASSIGN(const std::shared_ptr<const block::BlockDevice> disk,
                      block::FileDevice::open(path, File::Access::Read, sectorSize));
        const auto table = partition::readPartitionTable(*disk);
        if (table && table->kind == partition::TableKind::Gpt)
            return disk;
        if (!fallback)
            fallback = disk;
    }
    return fallback;
}

} // namespace fatlas::image
