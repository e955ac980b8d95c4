#include "core/block/file_device.hpp"

#include "core/base/call_hook.hpp"
#include "core/block/sync_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fatlas::block {

namespace {

constexpr std::size_t maxExtents = 4096;

bool isBlockDevice(const File& file)
{
    struct stat status = {};
    return ::fstat(file.descriptor(), &status) == 0 && S_ISBLK(status.st_mode);
}

std::unexpected<Error> inUse(const File& file)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} is in use: another program has locked it; end that program first",
                            file.path().native()));
}

/// Locks of whole files (flock) and of their bytes (as QEMU takes them) do not see each other.
Result<> lockExclusively(const File& file)
{
    if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return inUse(file);
    struct flock bytes = {};
    bytes.l_type = F_WRLCK;
    bytes.l_whence = SEEK_SET;
    if (::fcntl(file.descriptor(), F_OFD_GETLK, &bytes) == 0 && bytes.l_type != F_UNLCK)
        return inUse(file);
    return {};
}

/// Linux gives a block device to one exclusive opener only, and a mount is one.
Result<File> openUnmounted(const std::filesystem::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_EXCL | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0 && errno == EBUSY)
        return fail(ErrorCode::Refused,
                    fmt::format("{} is in use: it is mounted, or another program holds it; "
                                "unmount it first",
                                path.native()));
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot open {}", path.native()));
    return File::adopt(descriptor, path);
}

/// Start of the next data or hole at or after `offset`, `end` if there is none before it.
Result<std::uint64_t> seek(const File& file, std::uint64_t offset, std::uint64_t end, int whence)
{
    const off_t found = ::lseek(file.descriptor(), static_cast<off_t>(offset), whence);
    if (found >= 0)
        return std::min(static_cast<std::uint64_t>(found), end);
    if (errno == ENXIO)
        return end;
    return failSystem(errno, fmt::format("cannot find the holes of {}", file.path().native()));
}

/// The extent that starts at `offset`: a hole if there is one, else data up to the next hole.
Result<Extent> extentAt(const File& file, std::uint64_t offset, std::uint64_t end)
{
    FATLAS_ASSIGN(const std::uint64_t data, seek(file, offset, end, SEEK_DATA));
    if (data > offset)
        return Extent{.offset = offset, .length = data - offset, .kind = ExtentKind::Hole};
    FATLAS_ASSIGN(const std::uint64_t hole, seek(file, offset, end, SEEK_HOLE));
    // Somebody may punch a hole between the two questions.
    const std::uint64_t stop = hole > offset ? hole : end;
    return Extent{.offset = offset,
                  .length = stop - offset,
                  .kind = ExtentKind::Data,
                  .backing = Backing{.file = 0, .offset = offset}};
}

} // namespace

FileDevice::FileDevice(std::shared_ptr<File> file, FileIdentity identity, std::uint64_t size)
    : m_file(std::move(file)), m_identity(identity), m_size(size)
{}

Result<std::shared_ptr<FileDevice>> FileDevice::open(const std::filesystem::path& path,
                                                     File::Access access, std::uint32_t sectorSize)
{
    FATLAS_ASSIGN(File opened, File::open(path, access));
    return fromFile(std::move(opened), access, sectorSize);
}

Result<std::shared_ptr<FileDevice>> FileDevice::openExclusive(const std::filesystem::path& path,
                                                              std::uint32_t sectorSize)
{
    FATLAS_ASSIGN(File opened, File::open(path, File::Access::ReadWrite));
    if (isBlockDevice(opened)) {
        FATLAS_ASSIGN(opened, openUnmounted(path));
    }
    FATLAS_TRY(lockExclusively(opened));
    return fromFile(std::move(opened), File::Access::ReadWrite, sectorSize);
}

Result<std::shared_ptr<FileDevice>> FileDevice::fromFile(File opened, File::Access access,
                                                         std::uint32_t sectorSize)
{
    FATLAS_ASSIGN(const FileIdentity identity, opened.identity());
    FATLAS_ASSIGN(const std::uint64_t size, opened.size());
    auto file = std::make_shared<File>(std::move(opened));
    std::shared_ptr<FileDevice> device(new FileDevice(file, identity, size));
    device->m_access = access;
    device->m_sectorSize = sectorSize;
    if (isBlockDevice(*file)) {
        device->m_kind = Kind::Block;
        int logical = 0;
        if (::ioctl(file->descriptor(), BLKSSZGET, &logical) == 0 && logical > 0)
            device->m_sectorSize = static_cast<std::uint32_t>(logical);
    }
    return device;
}

Capabilities FileDevice::capabilities() const noexcept
{
    const bool canWrite = m_access == File::Access::ReadWrite;
    return {.canWrite = canWrite, .canTrim = canWrite, .canWriteInParallel = canWrite};
}

Result<> FileDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    return m_file->readAt(offset, into);
}

Result<> FileDevice::write(std::uint64_t offset, ByteView bytes)
{
    if (m_access == File::Access::Read)
        return BlockDevice::write(offset, bytes);
    FATLAS_TRY(checkRange(offset, bytes.size()));
    return m_file->writeAt(offset, bytes);
}

Result<> FileDevice::flush()
{
    return m_access == File::Access::Read ? Result<>{} : syncData(*m_file);
}

Result<> FileDevice::punchHole(std::uint64_t offset, std::uint64_t length)
{
    if (length == 0)
        return {};
    const int status = changingCall(Call::Punch, [&] {
        return ::fallocate(m_file->descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                           static_cast<off_t>(offset), static_cast<off_t>(length));
    });
    if (status != 0)
        return failSystem(errno, fmt::format("cannot clear {}", m_file->path().native()));
    return {};
}

Result<> FileDevice::trim(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(BlockDevice::trim(offset, length));
    // Trimming is advice: what cannot give space back keeps its bytes.
    const auto punched = punchHole(offset, length);
    if (!punched && punched.error().systemError == EIO)
        return punched;
    return {};
}

Result<> FileDevice::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(BlockDevice::trim(offset, length)); // range and right to write
    if (punchHole(offset, length))
        return {};
    return BlockDevice::writeZeroes(offset, length);
}

Result<> FileDevice::checkUnchanged() const
{
    if (m_kind == Kind::Block)
        return {};
    FATLAS_ASSIGN(const FileIdentity now, m_file->identity());
    const bool isTouched = m_access == File::Access::Read &&
                           (now.size != m_identity.size || now.modifiedNs != m_identity.modifiedNs);
    if (now.size < m_size || isTouched)
        return fail(ErrorCode::Changed,
                    fmt::format("{} changed since it was opened (size {} bytes, was {})",
                                m_file->path().native(), now.size, m_size));
    return {};
}

Result<std::vector<Extent>> FileDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    if (m_kind == Kind::Block)
        return BlockDevice::extents(offset, length);
    // Past the end of a file that was cut off everything would look like a hole.
    FATLAS_TRY(checkUnchanged());
    const std::uint64_t end = offset + length;
    std::vector<Extent> extents;
    while (offset < end && extents.size() < maxExtents) {
        auto extent = extentAt(*m_file, offset, end);
        if (!extent && extent.error().systemError == EIO)
            return std::unexpected(extent.error());
        // A file system that cannot tell where its holes are has data only.
        extents.push_back(extent.value_or(Extent{
            .offset = offset, .length = end - offset, .backing = Backing{.offset = offset}}));
        offset = extents.back().end();
    }
    FATLAS_TRY(checkUnchanged());
    return extents;
}

Result<std::shared_ptr<const File>> FileDevice::backingFile(std::uint64_t file) const
{
    if (file != 0 || m_kind == Kind::Block)
        return BlockDevice::backingFile(file);
    FATLAS_TRY(checkUnchanged());
    return m_file;
}

} // namespace fatlas::block
