#include "core/convert/resize_disk.hpp"

#include "core/block/pieces_device.hpp"
#include "core/block/slice_device.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/partition/resize_table.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/keep_access.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/resize.hpp"

#include <utility>

namespace fatlas::convert {

namespace {

using Device = std::shared_ptr<const block::BlockDevice>;

struct Placed {
    partition::ResizedTable table; ///< empty for a disk without one
    std::uint64_t volumeSize = 0;
};

std::uint64_t wholeSectors(std::uint64_t size, const fat::Geometry& geometry)
{
    return size / geometry.bytesPerSector * geometry.bytesPerSector;
}

Result<Placed> placeVolume(const image::Image& image, std::uint64_t diskSize)
{
    const fat::Geometry& geometry = image.volume->geometry();
    Placed placed{.table = {}, .volumeSize = wholeSectors(diskSize, geometry)};
    if (!image.partitionIndex)
        return placed;
    partition::ResizeTableRequest request{.diskSize = diskSize,
                                          .fatBits = static_cast<int>(geometry.type)};
    if (geometry.heads != 0 && geometry.sectorsPerTrack != 0)
        request.chs = {.heads = geometry.heads, .sectorsPerTrack = geometry.sectorsPerTrack};
    FATLAS_ASSIGN(placed.table, partition::resizeTable(*image.disk, image.table, request));
    placed.volumeSize =
        wholeSectors(placed.table.partitionSectors * image.disk->sectorSize(), geometry);
    return placed;
}

Result<Device> compose(const image::Image& image, Placed placed, Device volume,
                       std::uint64_t diskSize)
{
    auto disk = std::make_shared<block::PiecesDevice>(image.disk->sectorSize());
    const std::uint64_t start = placed.table.start.size();
    disk->addBytes(std::move(placed.table.start));
    FATLAS_TRY(disk->addRange(image.disk, start, image.volumeOffset - start));
    const std::uint64_t size = volume->size();
    FATLAS_TRY(disk->addRange(std::move(volume), 0, size));
    disk->addZeros(diskSize - disk->size() - placed.table.end.size());
    disk->addBytes(std::move(placed.table.end));
    return disk;
}

/// That holds one FAT volume and nothing else; nothing for any other disk.
Result<std::optional<image::Image>> onlyVolume(const image::OpenedDisk& disk)
{
    auto image = image::openVolume(disk);
    if (!image && (image.error().code == ErrorCode::BadFormat ||
                   image.error().code == ErrorCode::InvalidArgument))
        return std::nullopt;
    if (!image)
        return std::unexpected(std::move(image).error());
    const std::size_t expected = image->partitionIndex ? 1 : 0;
    if (image->table.partitions.size() != expected)
        return std::nullopt;
    return *std::move(image);
}

Result<vhd::RewriteReport> rewriteWith(const std::filesystem::path& path, const vhd::VhdFile& old,
                                       const Device& disk, const JobControl& job)
{
    vhd::CreateOptions options;
    options.type = old.footer.type;
    options.size = disk->size();
    options.uuid = old.footer.uuid;
    options.timeStamp = old.footer.timeStamp;
    if (!old.isFixed())
        options.blockSize = old.header.blockSize;
    FATLAS_ASSIGN(const vhd::CreatePlan plan, vhd::planCreate(options));
    FATLAS_ASSIGN(AtomicFile output, AtomicFile::create(path, AtomicFile::Existing::Replace));
    FATLAS_TRY(vhd::keepAccess(path, output.file()));
    FATLAS_ASSIGN(const SaveStatistics written, writeVhd(output.file(), plan, disk, job));
    FATLAS_TRY(output.commit());
    return vhd::RewriteReport{.fileSizeBefore = old.fileSize,
                              .fileSizeAfter = written.imageSize,
                              .storedBytes = written.imageSize - written.holeBytes};
}

/// Nothing when the content cannot follow.
Result<std::optional<ResizedVhd>> resizeWithContent(const std::filesystem::path& path,
                                                    std::uint64_t size, const JobControl& job)
{
    // Nobody writes to it meanwhile, and what is read is what is there now.
    FATLAS_ASSIGN(const auto lock, vhd::GrowingFile::open(path));
    FATLAS_ASSIGN(const vhd::VhdFile old, vhd::inFile(path, vhd::readVhdFile(*lock)));
    if (old.footer.type == vhd::DiskType::Differencing || size == old.virtualSize)
        return std::nullopt;
    FATLAS_TRY(vhd::inFile(path, vhd::refuseUnsafe(old)));
    FATLAS_ASSIGN(const image::OpenedDisk opened, image::openDisk(path.native(), {}, job));
    FATLAS_ASSIGN(const std::optional<ResizedDisk> resized, resizedDisk(opened, size, job));
    if (!resized)
        return std::nullopt;
    ResizedVhd report;
    FATLAS_ASSIGN(report.file, rewriteWith(path, old, resized->disk, job));
    report.volume = resized->volume;
    return report;
}

} // namespace

Result<std::optional<ResizedDisk>> resizedDisk(const image::OpenedDisk& disk, std::uint64_t size,
                                               const JobControl& job)
{
    FATLAS_ASSIGN(const std::optional<image::Image> image, onlyVolume(disk));
    if (!image)
        return std::nullopt;
    FATLAS_ASSIGN(Placed placed, placeVolume(*image, size));
    FATLAS_ASSIGN(const fat::ResizePlan plan,
                  fat::planResize(*image->volume, placed.volumeSize, job));
    FATLAS_ASSIGN(const Device below,
                  block::SliceDevice::createReadOnly(image->disk, image->volumeOffset,
                                                     plan.before.volumeSize()));
    FATLAS_ASSIGN(Device volume, fat::resizedVolume(plan, below));
    FATLAS_ASSIGN(Device resized, compose(*image, std::move(placed), std::move(volume), size));
    return ResizedDisk{.disk = std::move(resized), .volume = plan};
}

Result<ResizedVhd> resizeVhd(const std::filesystem::path& path, std::uint64_t size, Content content,
                             const JobControl& job)
{
    ResizedVhd report;
    if (content == Content::Follows) {
        FATLAS_ASSIGN(std::optional<ResizedVhd> followed, resizeWithContent(path, size, job));
        if (followed)
            return *std::move(followed);
    }
    FATLAS_ASSIGN(report.file, vhd::resizeVhd(path, size, job));
    return report;
}

} // namespace fatlas::convert
