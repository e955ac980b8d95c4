#include "core/convert/kernel_copy.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fatlas::convert {

namespace {

/// Single files may refuse (a swap file, btrfs files without checksums); so many in a row mean that
/// the file systems do.
constexpr unsigned maxFailures = 16;

unsigned afterFailure(unsigned failures, int systemError) noexcept
{
    switch (systemError) {
    case EXDEV:
    case EOPNOTSUPP:
    case ENOTTY:
    case ENOSYS: return maxFailures;
    default: return failures + 1;
    }
}

std::uint64_t blockSizeOf(const File& file) noexcept
{
    struct stat status = {};
    if (::fstat(file.descriptor(), &status) != 0 || status.st_blksize < 512)
        return 4096;
    return static_cast<std::uint64_t>(status.st_blksize);
}

} // namespace

KernelCopy::KernelCopy(File& target) : m_target(target), m_blockSize(blockSizeOf(target)) {}

bool KernelCopy::mayShare(std::uint64_t device) const
{
    const auto found = m_ways.find(device);
    return found == m_ways.end() || found->second.shareFailures < maxFailures;
}

bool KernelCopy::mayCopy(std::uint64_t device) const
{
    const auto found = m_ways.find(device);
    return found == m_ways.end() || found->second.copyFailures < maxFailures;
}

std::uint64_t KernelCopy::unalignedHead(const Piece& piece) const noexcept
{
    if (piece.sourceOffset % m_blockSize != piece.targetOffset % m_blockSize)
        return piece.length;
    const std::uint64_t past = piece.targetOffset % m_blockSize;
    return std::min(piece.length, past == 0 ? 0 : m_blockSize - past);
}

std::uint64_t KernelCopy::share(const Piece& piece)
{
    // The file's last, partial block could be shared only if the image ended with it.
    const std::uint64_t length = piece.length - piece.length % m_blockSize;
    if (length == 0 || !mayShare(piece.device))
        return 0;
    file_clone_range range{};
    range.src_fd = piece.source.descriptor();
    range.src_offset = piece.sourceOffset;
    range.src_length = length;
    range.dest_offset = piece.targetOffset;
    int status = 0;
    do
        status = ::ioctl(m_target.descriptor(), FICLONERANGE, &range);
    while (status != 0 && errno == EINTR);
    Ways& ways = m_ways[piece.device];
    ways.shareFailures = status == 0 ? 0 : afterFailure(ways.shareFailures, errno);
    return status == 0 ? length : 0;
}

std::uint64_t KernelCopy::copy(const Piece& piece)
{
    if (piece.length == 0 || !mayCopy(piece.device))
        return 0;
    auto from = static_cast<off64_t>(piece.sourceOffset);
    auto to = static_cast<off64_t>(piece.targetOffset);
    ssize_t count = 0;
    do
        count = ::copy_file_range(piece.source.descriptor(), &from, m_target.descriptor(), &to,
                                  piece.length, 0);
    while (count < 0 && errno == EINTR);
    Ways& ways = m_ways[piece.device];
    ways.copyFailures = count > 0 ? 0 : afterFailure(ways.copyFailures, count < 0 ? errno : 0);
    return count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

} // namespace fatlas::convert
