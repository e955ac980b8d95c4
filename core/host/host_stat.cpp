#include "core/host/host_stat.hpp"

#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace fatlas::host {

namespace {

constexpr std::int64_t nsPerSecond = 1'000'000'000;

std::int64_t nanoseconds(const statx_timestamp& time) noexcept
{
    std::int64_t ns = 0;
    if (__builtin_mul_overflow(static_cast<std::int64_t>(time.tv_sec), nsPerSecond, &ns) ||
        __builtin_add_overflow(ns, static_cast<std::int64_t>(time.tv_nsec), &ns)) {
        return time.tv_sec < 0 ? std::numeric_limits<std::int64_t>::min()
                               : std::numeric_limits<std::int64_t>::max();
    }
    return ns;
}

HostStat fromStatx(const struct statx& raw)
{
    HostStat stat{.kind = kindOf(raw.stx_mode),
                  .mode = raw.stx_mode,
                  .owner = raw.stx_uid,
                  .accessedNs = nanoseconds(raw.stx_atime),
                  .identity = {.device = makedev(raw.stx_dev_major, raw.stx_dev_minor),
                               .inode = raw.stx_ino,
                               .size = raw.stx_size,
                               .modifiedNs = nanoseconds(raw.stx_mtime),
                               .changedNs = nanoseconds(raw.stx_ctime)}};
    if ((raw.stx_mask & STATX_BTIME) != 0)
        stat.createdNs = nanoseconds(raw.stx_btime);
    return stat;
}

SystemResult<HostStat> look(int folder, const char* name, int flags)
{
    struct statx raw{};
    if (::statx(folder, name, flags, STATX_BASIC_STATS | STATX_BTIME, &raw) != 0)
        return std::unexpected(errno);
    return fromStatx(raw);
}

} // namespace

bool isShortage(int error) noexcept
{
    return error == EMFILE || error == ENFILE || error == ENOMEM;
}

HostKind kindOf(mode_t mode) noexcept
{
    switch (mode & S_IFMT) {
    case S_IFREG: return HostKind::File;
    case S_IFDIR: return HostKind::Directory;
    case S_IFLNK: return HostKind::Link;
    case S_IFSOCK: return HostKind::Socket;
    case S_IFIFO: return HostKind::Fifo;
    default: return HostKind::Device;
    }
}

SystemResult<HostStat> statAt(int folder, const char* name)
{
    return look(folder, name, AT_SYMLINK_NOFOLLOW);
}

SystemResult<HostStat> statOf(int descriptor)
{
    return look(descriptor, "", AT_EMPTY_PATH);
}

bool isReadable(int folder, const char* name, const HostStat& stat, uid_t self)
{
    // The owner's bits decide for the owner, with or without access lists: no need to ask.
    if (stat.owner == self && (stat.mode & S_IRUSR) != 0)
        return true;
    return ::faccessat(folder, name, R_OK, AT_EACCESS) == 0;
}

} // namespace fatlas::host
