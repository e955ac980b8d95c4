#include "core/vhd/resize.hpp"

#include "core/base/text.hpp"
#include "core/base/zeros.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/open_vhd.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t pieceSize = 2 * MiB;

Result<> refuseData(const block::BlockDevice& file, std::uint64_t from, std::uint64_t end,
                    const JobControl& job)
{
    Bytes buffer;
    for (std::uint64_t at = from; at < end; at += buffer.size()) {
        FATLAS_TRY(job.checkpoint());
        buffer.resize(std::min(pieceSize, end - at));
        FATLAS_TRY(file.read(at, buffer));
        if (!areZeros(buffer))
            return fail(ErrorCode::Refused,
                        fmt::format("there is data behind byte {}, where the disk would end; "
                                    "nothing was changed",
                                    formatCount(from)));
    }
    return {};
}

Result<bool> holds(const block::BlockDevice& file, std::uint64_t offset, ByteView bytes)
{
    Bytes there(bytes.size());
    FATLAS_TRY(file.read(offset, there));
    return std::ranges::equal(there, bytes);
}

/// Geometry, sizes and checksum of the new size; all else as it is.
Result<Bytes> footerFor(const Footer& old, std::uint64_t size)
{
    CreateOptions options;
    options.type = DiskType::Fixed;
    options.size = size;
    FATLAS_ASSIGN(const CreatePlan plan, planCreate(options));
    Footer footer = old;
    footer.currentSize = size;
    footer.geometry = plan.footer.geometry;
    // Who made it decides which of the two sizes counts; now both are the same.
    footer.creatorApplication = plan.footer.creatorApplication;
    footer.creatorVersion = plan.footer.creatorVersion;
    return encodeFooter(footer);
}

Result<> grow(block::BlockDevice& file, const VhdFile& vhd, ByteView footer, std::uint64_t size)
{
    FATLAS_TRY(file.write(size, footer));
    FATLAS_TRY(file.flush());
    FATLAS_TRY(file.writeZeroes(vhd.virtualSize,
                                std::min<std::uint64_t>(footerSize, size - vhd.virtualSize)));
    return file.flush();
}

Result<> shrink(const std::filesystem::path& path, block::BlockDevice& file, ByteView footer,
                std::uint64_t size)
{
    FATLAS_TRY(file.write(size, footer));
    FATLAS_TRY(file.flush());
    FATLAS_ASSIGN(File cut, File::open(path, File::Access::ReadWrite));
    FATLAS_TRY(cut.resize(size + footerSize));
    return cut.sync();
}

Result<RewriteReport> resizeFixed(const std::filesystem::path& path, std::uint64_t size,
                                  const JobControl& job)
{
    FATLAS_ASSIGN(const auto file, GrowingFile::open(path));
    FATLAS_ASSIGN(const VhdFile vhd, inFile(path, readVhdFile(*file)));
    FATLAS_TRY(inFile(path, refuseUnsafe(vhd)));
    FATLAS_ASSIGN(const Bytes footer, footerFor(vhd.footer, size));
    RewriteReport report{
        .fileSizeBefore = vhd.fileSize, .fileSizeAfter = size + footerSize, .storedBytes = size};
    if (size > vhd.virtualSize)
        FATLAS_TRY(grow(*file, vhd, footer, size));
    if (size < vhd.virtualSize) {
        // A cut that was interrupted left the new footer where the disk ends now.
        FATLAS_ASSIGN(const bool isAgain, holds(*file, size, footer));
        FATLAS_TRY(refuseData(*file, isAgain ? size + footerSize : size, vhd.virtualSize, job));
        FATLAS_TRY(shrink(path, *file, footer, size));
    }
    return report;
}

Result<RewriteReport> planFixed(const block::BlockDevice& file, const VhdFile& vhd,
                                std::uint64_t size, const JobControl& job)
{
    FATLAS_TRY(refuseUnsafe(vhd));
    FATLAS_TRY(footerFor(vhd.footer, size));
    if (size < vhd.virtualSize)
        FATLAS_TRY(refuseData(file, size, vhd.virtualSize, job));
    return RewriteReport{
        .fileSizeBefore = vhd.fileSize, .fileSizeAfter = size + footerSize, .storedBytes = size};
}

} // namespace

Result<RewriteReport> planResize(const std::filesystem::path& path, std::uint64_t size,
                                 const JobControl& job)
{
    FATLAS_ASSIGN(const OpenedFile opened, hostFiles().open(path));
    FATLAS_ASSIGN(const VhdFile vhd, readVhdFile(*opened.device));
    if (vhd.isFixed())
        return planFixed(*opened.device, vhd, size, job);
    return planRewrite(path, {.size = size}, job);
}

Result<RewriteReport> resizeVhd(const std::filesystem::path& path, std::uint64_t size,
                                const JobControl& job)
{
    FATLAS_ASSIGN(const OpenedFile opened, hostFiles().open(path));
    FATLAS_ASSIGN(const VhdFile vhd, inFile(path, readVhdFile(*opened.device)));
    if (vhd.isFixed())
        return resizeFixed(path, size, job);
    return rewriteVhd(path, {.size = size}, job);
}

} // namespace fatlas::vhd
