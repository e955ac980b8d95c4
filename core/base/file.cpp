#include "core/base/file.hpp"

#include "core/base/call_hook.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fatlas {

namespace {

constexpr std::uint64_t maxOffset = std::numeric_limits<off_t>::max();

std::string about(const char* doing, const std::filesystem::path& path)
{
    return fmt::format("cannot {} {}", doing, path.native());
}

std::int64_t nanoseconds(const timespec& time) noexcept
{
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Result<struct stat> statusOf(int descriptor, const std::filesystem::path& path)
{
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        return failSystem(errno, about("examine", path));
    return status;
}

ssize_t writeSome(int descriptor, std::uint64_t offset, ByteView bytes)
{
    const CallFault fault = faultOf(Call::Write);
    if (fault.error != 0) {
        errno = fault.error;
        return -1;
    }
    const std::size_t size = fault.isShort ? (bytes.size() + 1) / 2 : bytes.size();
    return ::pwrite(descriptor, bytes.data(), size, static_cast<off_t>(offset));
}

std::unexpected<Error> failAt(std::uint64_t offset, std::unexpected<Error> failure)
{
    failure.error().deviceOffset = offset;
    return failure;
}

std::unexpected<Error> beyondEnd(const std::filesystem::path& path, std::uint64_t offset,
                                 std::uint64_t length, std::uint64_t end)
{
    return failAt(offset, fail(ErrorCode::OutOfRange,
                               fmt::format("{} ends at byte {}, expected {} bytes at offset {}",
                                           path.native(), end, length, offset)));
}

} // namespace

File::File(int descriptor, std::filesystem::path path)
    : m_descriptor(descriptor), m_path(std::move(path))
{}

File File::adopt(int descriptor, std::filesystem::path name)
{
    return File(descriptor, std::move(name));
}

File::File(File&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_path(std::move(other.m_path))
{}

File& File::operator=(File&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_path, other.m_path);
    return *this;
}

File::~File()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<File> File::open(const std::filesystem::path& path, Access access)
{
    // Without O_NONBLOCK a pipe that took the place of a file would hold us forever.
    const int mode = access == Access::Read ? O_RDONLY : O_RDWR;
    int descriptor = -1;
    do
        descriptor = ::open(path.c_str(), mode | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0)
        return failSystem(errno, about("open", path));
    File file(descriptor, path);
    FATLAS_ASSIGN(const struct stat status, statusOf(descriptor, path));
    if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
        return fail(ErrorCode::Unsupported,
                    fmt::format("{} is {}, expected a file or a block device", path.native(),
                                S_ISDIR(status.st_mode) ? "a folder" : "a pipe, socket or device"));
    return file;
}

Result<FileIdentity> File::identity() const
{
    FATLAS_ASSIGN(const struct stat status, statusOf(m_descriptor, m_path));
    return FileIdentity{.device = status.st_dev,
                        .inode = status.st_ino,
                        .size = static_cast<std::uint64_t>(status.st_size),
                        .modifiedNs = nanoseconds(status.st_mtim),
                        .changedNs = nanoseconds(status.st_ctim)};
}

Result<std::uint64_t> File::size() const
{
    FATLAS_ASSIGN(const struct stat status, statusOf(m_descriptor, m_path));
    if (!S_ISBLK(status.st_mode))
        return static_cast<std::uint64_t>(status.st_size);
    std::uint64_t bytes = 0;
    if (::ioctl(m_descriptor, BLKGETSIZE64, &bytes) != 0)
        return failSystem(errno, about("get the size of", m_path));
    return bytes;
}

Result<> File::readAt(std::uint64_t offset, ByteSpan into) const
{
    if (offset > maxOffset || into.size() > maxOffset - offset)
        return beyondEnd(m_path, offset, into.size(), maxOffset);
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t count = ::pread(m_descriptor, into.data() + done, into.size() - done,
                                      static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failAt(offset + done, failSystem(errno, about("read", m_path)));
        if (count == 0)
            return beyondEnd(m_path, offset, into.size(), offset + done);
        done += static_cast<std::size_t>(count);
    }
    return {};
}

Result<> File::writeAt(std::uint64_t offset, ByteView bytes)
{
    if (offset > maxOffset || bytes.size() > maxOffset - offset)
        return beyondEnd(m_path, offset, bytes.size(), maxOffset);
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = writeSome(m_descriptor, offset + done, bytes.subspan(done));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return failAt(offset + done,
                          failSystem(count < 0 ? errno : ENOSPC, about("write", m_path)));
        done += static_cast<std::size_t>(count);
    }
    return {};
}

Result<> File::resize(std::uint64_t size)
{
    if (size > maxOffset)
        return fail(ErrorCode::Limit, fmt::format("{} cannot be {} bytes long, at most {}",
                                                  m_path.native(), size, maxOffset));
    const int status = changingCall(
        Call::Resize, [&] { return ::ftruncate(m_descriptor, static_cast<off_t>(size)); });
    if (status != 0)
        return failSystem(errno, about("resize", m_path));
    return {};
}

Result<> File::sync()
{
    if (changingCall(Call::Sync, [this] { return ::fsync(m_descriptor); }) != 0)
        return failSystem(errno, about("sync", m_path));
    return {};
}

Result<> File::close()
{
    // Linux closes the descriptor even when it reports EINTR.
    const int descriptor = std::exchange(m_descriptor, -1);
    if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR)
        return failSystem(errno, about("close", m_path));
    return {};
}

Result<Bytes> readWholeFile(const std::filesystem::path& path, std::uint64_t limit)
{
    FATLAS_ASSIGN(const File file, File::open(path));
    FATLAS_ASSIGN(const std::uint64_t size, file.size());
    if (size > limit)
        return fail(ErrorCode::Limit, fmt::format("{} is {} bytes long, expected at most {}",
                                                  path.native(), size, limit));
    Bytes bytes(size);
    FATLAS_TRY(file.readAt(0, bytes));
    return bytes;
}

} // namespace fatlas
