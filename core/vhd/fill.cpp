#include "core/vhd/fill.hpp"

#include "core/block/slice_device.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/open_vhd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t pieceSize = 2 * MiB;

/// The same file once more, for a device that owns its file.
Result<std::shared_ptr<GrowingFile>> secondHandle(const File& file)
{
    const int descriptor = ::fcntl(file.descriptor(), F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot open {}", file.path().native()));
    return GrowingFile::adopt(File::adopt(descriptor, file.path()));
}

Result<> copyData(const block::BlockDevice& from, block::BlockDevice& to,
                  const block::Extent& extent, const JobControl& job)
{
    Bytes buffer;
    for (std::uint64_t at = extent.offset; at < extent.end();) {
        FATLAS_TRY(job.checkpoint());
        // Pieces end where blocks do, so that a block is written once.
        const std::uint64_t stop = std::min(extent.end(), (at / pieceSize + 1) * pieceSize);
        buffer.resize(stop - at);
        FATLAS_TRY(from.read(at, buffer));
        FATLAS_TRY(to.write(at, buffer));
        at = stop;
        job.report(at, from.size());
    }
    return {};
}

} // namespace

Result<std::shared_ptr<block::BlockDevice>>
openNewFile(const File& file, std::shared_ptr<const block::BlockDevice> below)
{
    FATLAS_ASSIGN(std::shared_ptr<block::BlockDevice> device, secondHandle(file));
    FATLAS_ASSIGN(VhdFile vhd, readVhdFile(*device));
    if (vhd.isFixed()) {
        FATLAS_ASSIGN(auto slice,
                      block::SliceDevice::create(std::move(device), 0, vhd.virtualSize));
        return slice;
    }
    FATLAS_ASSIGN(auto disk, VhdDevice::open(std::move(device), std::move(vhd), std::move(below),
                                             WriteOrder::Unordered));
    return disk;
}

Result<> copyContent(const block::BlockDevice& from, block::BlockDevice& to, const JobControl& job)
{
    if (from.size() > to.size())
        return fail(ErrorCode::Refused, fmt::format("the content has {} bytes, the disk only {}",
                                                    from.size(), to.size()));
    for (std::uint64_t at = 0; at < from.size();) {
        FATLAS_TRY(job.checkpoint());
        FATLAS_ASSIGN(const auto extents, from.extents(at, from.size() - at));
        for (const block::Extent& extent : extents) {
            if (extent.kind == block::ExtentKind::Data)
                FATLAS_TRY(copyData(from, to, extent, job));
            at = extent.end();
        }
        job.report(at, from.size());
    }
    return {};
}

Result<CreatePlan> createVhdFrom(const std::filesystem::path& path, const CreateOptions& options,
                                 const block::BlockDevice& content, AtomicFile::Existing existing,
                                 const JobControl& job)
{
    if (options.type == DiskType::Differencing)
        return fail(ErrorCode::InvalidArgument,
                    "a differencing disk takes its content from its parent");
    FATLAS_ASSIGN(CreatePlan plan, planCreate(options));
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(path, existing));
    FATLAS_TRY(writePlan(plan, file.file()));
    {
        FATLAS_ASSIGN(const auto disk, openNewFile(file.file()));
        FATLAS_TRY(copyContent(content, *disk, job));
    }
    FATLAS_TRY(file.commit());
    return plan;
}

} // namespace fatlas::vhd
