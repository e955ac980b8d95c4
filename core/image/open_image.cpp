#include "core/base/text.hpp"
#include "core/block/file_device.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/image/find_volume.hpp"
#include "core/image/folder_source.hpp"
#include "core/image/image.hpp"
#include "core/image/unpack.hpp"
#include "core/image/vhd_disk.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace fatlas::image {

namespace {

std::string named(const std::string& path, const std::string& message)
{
    return fmt::format("{}: {}", escapeForTerminal(path), message);
}

/// A volume whose first bytes happen to be those of a compressed file stays what it is.
Result<bool> isDiskAsItIs(const block::BlockDevice& file)
{
    if (fat::readBootSector(file))
        return true;
    FATLAS_ASSIGN(const auto table, partition::readPartitionTable(file));
    return table.kind != partition::TableKind::None;
}

Result<> unpackIfPacked(OpenedDisk& opened, const UnpackLimits& limits, const JobControl& job)
{
    const auto packing = recognisePacking(*opened.disk);
    if (!packing)
        return {};
    FATLAS_ASSIGN(const bool isDisk, isDiskAsItIs(*opened.disk));
    if (isDisk)
        return {};
    FATLAS_ASSIGN(opened.disk, unpack(*opened.disk, *packing, limits, job));
    opened.origin.kind = DiskOrigin::Kind::Unpacked;
    opened.origin.packing = toString(*packing);
    return {};
}

Result<OpenedDisk> openFile(const std::string& path, const OpenOptions& options,
                            const JobControl& job)
{
    FATLAS_ASSIGN(const auto file, block::FileDevice::open(path));
    OpenedDisk opened{.source = path, .disk = file};
    opened.origin = {.kind = DiskOrigin::Kind::File, .file = path, .identity = file->identity()};
    auto looked = unpackIfPacked(opened, options.unpack, job);
    if (looked)
        looked = lookIntoVhd(opened);
    if (looked)
        return opened;
    looked.error().message = named(path, looked.error().message);
    return std::unexpected(std::move(looked).error());
}

Result<OpenedDisk> openFolder(const std::string& source, const FolderSource& folder,
                              const JobControl& job)
{
    FATLAS_ASSIGN(auto plan, planFolder(folder, job));
    FATLAS_ASSIGN(auto disk, folder_disk::openFolderDisk(plan));
    return OpenedDisk{.source = source,
                      .disk = std::move(disk),
                      .plan = std::move(plan),
                      .origin = {.kind = DiskOrigin::Kind::Folder}};
}

} // namespace

Result<OpenedDisk> openDisk(const std::string& source, const OpenOptions& options,
                            const JobControl& job)
{
    FATLAS_ASSIGN(const auto address, folder_disk::parseSource(source));
    if (address.isFatAddress) {
        const bool asked = options.folder != folder_disk::Options{};
        return openFolder(source,
                          {.folder = address.folder,
                           .output = {},
                           .options = asked ? options.folder : address.options},
                          job);
    }
    std::error_code error;
    if (std::filesystem::is_directory(source, error))
        return openFolder(source, {.folder = source, .output = {}, .options = options.folder}, job);
    return openFile(source, options, job);
}

Result<Image> openVolume(const OpenedDisk& opened, const OpenOptions& options)
{
    FATLAS_ASSIGN(auto table, partition::readPartitionTable(*opened.disk));
    const int codePage = opened.plan ? opened.plan->options.codePage : options.codePage;
    auto found = findVolume(opened.disk, table,
                            {.partitionIndex = options.partitionIndex,
                             .offset = options.offset,
                             .volume = {.codePage = codePage, .fatCopy = options.fatCopy}});
    if (!found) {
        if (opened.origin.kind != DiskOrigin::Kind::Folder)
            found.error().message = named(opened.source, found.error().message);
        return std::unexpected(found.error());
    }
    return Image{.source = opened.source,
                 .disk = opened.disk,
                 .table = std::move(table),
                 .partitionIndex = found->partitionIndex,
                 .volumeOffset = found->offset,
                 .volume = std::move(found->volume),
                 .plan = opened.plan,
                 .origin = opened.origin,
                 .vhdChain = opened.vhdChain};
}

Result<Image> openImage(const std::string& source, const OpenOptions& options,
                        const JobControl& job)
{
    FATLAS_ASSIGN(const OpenedDisk opened, openDisk(source, options, job));
    return openVolume(opened, options);
}

Result<std::shared_ptr<const block::BlockDevice>> openRawDisk(const std::string& path)
{
    return block::FileDevice::open(path);
}

} // namespace fatlas::image
