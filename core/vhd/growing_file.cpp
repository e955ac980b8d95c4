#include "core/vhd/growing_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::size_t maxExtents = 4096;

Result<> lock(const File& file)
{
    if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0 || errno == ENOLCK || errno == ENOTSUP)
        return {};
    if (errno == EWOULDBLOCK)
        return fail(ErrorCode::Refused,
                    fmt::format("{} is in use by another program", file.path().native()));
    return failSystem(errno, fmt::format("cannot lock {}", file.path().native()));
}

} // namespace

GrowingFile::GrowingFile(std::shared_ptr<File> file, std::uint64_t size)
    : m_file(std::move(file)), m_size(size)
{}

Result<std::shared_ptr<GrowingFile>> GrowingFile::open(const std::filesystem::path& path)
{
    FATLAS_ASSIGN(File file, File::open(path, File::Access::ReadWrite));
    FATLAS_TRY(lock(file));
    return adopt(std::move(file));
}

Result<std::shared_ptr<GrowingFile>> GrowingFile::adopt(File file)
{
    FATLAS_ASSIGN(const std::uint64_t size, file.size());
    return std::shared_ptr<GrowingFile>(
        new GrowingFile(std::make_shared<File>(std::move(file)), size));
}

Result<> GrowingFile::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    return m_file->readAt(offset, into);
}

Result<> GrowingFile::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(m_file->writeAt(offset, bytes));
    if (!bytes.empty())
        m_size = std::max(m_size.load(), offset + bytes.size());
    return {};
}

Result<> GrowingFile::flush()
{
    return m_file->sync();
}

Result<> GrowingFile::trim(std::uint64_t offset, std::uint64_t length)
{
    return writeZeroes(offset, length);
}

Result<> GrowingFile::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    int status = 0;
    do
        status = length == 0
                     ? 0
                     : ::fallocate(m_file->descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                   static_cast<off_t>(offset), static_cast<off_t>(length));
    while (status != 0 && errno == EINTR);
    return status == 0 ? Result<>{} : BlockDevice::writeZeroes(offset, length);
}

Result<std::vector<block::Extent>> GrowingFile::extents(std::uint64_t offset,
                                                        std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    const std::uint64_t end = offset + length;
    std::vector<block::Extent> extents;
    while (offset < end && extents.size() < maxExtents) {
        const off_t data = ::lseek(m_file->descriptor(), static_cast<off_t>(offset), SEEK_DATA);
        const bool isHole = data < 0 ? errno == ENXIO : static_cast<std::uint64_t>(data) > offset;
        const off_t next =
            isHole ? data : ::lseek(m_file->descriptor(), static_cast<off_t>(offset), SEEK_HOLE);
        const std::uint64_t stop =
            next > static_cast<off_t>(offset) ? std::min<std::uint64_t>(next, end) : end;
        block::Extent extent{.offset = offset, .length = stop - offset};
        if (isHole)
            extent.kind = block::ExtentKind::Hole;
        else
            extent.backing = block::Backing{.file = 0, .offset = offset};
        extents.push_back(extent);
        offset = stop;
    }
    return extents;
}

Result<std::shared_ptr<const File>> GrowingFile::backingFile(std::uint64_t file) const
{
    if (file != 0)
        return BlockDevice::backingFile(file);
    return m_file;
}

} // namespace fatlas::vhd
