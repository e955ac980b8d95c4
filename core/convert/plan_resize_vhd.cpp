// What a new size makes of a VHD and of the volume inside, without writing anything.
#include "core/convert/resize_disk.hpp"
#include "core/vhd/chain.hpp"
#include "core/vhd/composed_vhd.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/resize.hpp"

namespace fatlas::convert {

namespace {

/// The file is made anew over the disk that the volume followed to.
Result<std::uint64_t> fileSizeOver(const vhd::VhdFile& old,
                                   const std::shared_ptr<const block::BlockDevice>& disk,
                                   const JobControl& job)
{
    vhd::CreateOptions options;
    options.type = old.footer.type;
    options.size = disk->size();
    options.uuid = old.footer.uuid;
    if (!old.isFixed())
        options.blockSize = old.header.blockSize;
    FATLAS_ASSIGN(const vhd::CreatePlan plan, vhd::planCreate(options));
    if (old.isFixed())
        return plan.fileSize;
    FATLAS_ASSIGN(auto stored, vhd::findStoredRuns(*disk, vhd::ZeroSearch::AsTold, job));
    FATLAS_ASSIGN(const auto composed, vhd::ComposedVhd::compose(plan, disk, std::move(stored)));
    return composed->size();
}

} // namespace

Result<ResizedVhd> planResizeVhd(const std::filesystem::path& path, std::uint64_t size,
                                 Content content, const JobControl& job)
{
    FATLAS_ASSIGN(const vhd::OpenedFile file, vhd::hostFiles().open(path));
    FATLAS_ASSIGN(const vhd::VhdFile old, vhd::readVhdFile(*file.device));
    ResizedVhd report;
    const bool mayFollow = content == Content::Follows && size != old.virtualSize &&
                           old.footer.type != vhd::DiskType::Differencing;
    if (mayFollow) {
        FATLAS_TRY(vhd::refuseUnsafe(old));
        FATLAS_ASSIGN(const image::OpenedDisk opened, image::openDisk(path.native(), {}, job));
        FATLAS_ASSIGN(const std::optional<ResizedDisk> resized, resizedDisk(opened, size, job));
        if (resized) {
            report.volume = resized->volume;
            report.file.fileSizeBefore = old.fileSize;
            FATLAS_ASSIGN(report.file.fileSizeAfter, fileSizeOver(old, resized->disk, job));
            return report;
        }
    }
    FATLAS_ASSIGN(report.file, vhd::planResize(path, size, job));
    return report;
}

} // namespace fatlas::convert
