#include "core/host/changing_calls.hpp"

#include "core/base/call_hook.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace fatlas::host {

namespace {

constexpr std::int64_t nsPerSecond = 1'000'000'000;
constexpr std::size_t maxAttributeSize = 64 * 1024; // the kernel's own limit

template <class Function>
int errorOf(Call call, Function function)
{
    return changingCall(call, function) < 0 ? errno : 0;
}

bool isMissingCall(int error) noexcept
{
    return error == EINVAL || error == ENOSYS;
}

int plainRename(NameAt from, NameAt to)
{
    return errorOf(Call::Rename,
                   [&] { return ::renameat(from.folder, from.name, to.folder, to.name); });
}

int linkAndUnlink(NameAt from, NameAt to)
{
    if (const int error = errorOf(
            Call::Link, [&] { return ::linkat(from.folder, from.name, to.folder, to.name, 0); }))
        return error;
    return removeFileAt(from);
}

int renameWithoutFlags(NameAt from, NameAt to)
{
    const auto stat = statAt(from.folder, from.name);
    if (!stat)
        return stat.error();
    if (stat->kind != HostKind::Directory)
        return linkAndUnlink(from, to);
    if (const auto taken = statAt(to.folder, to.name); taken)
        return EEXIST;
    return plainRename(from, to);
}

timespec timeOf(std::int64_t ns) noexcept
{
    const std::int64_t rest = (ns % nsPerSecond + nsPerSecond) % nsPerSecond;
    return {.tv_sec = (ns - rest) / nsPerSecond, .tv_nsec = rest};
}

} // namespace

int renameTo(NameAt from, NameAt to)
{
    const int error = errorOf(Call::Rename, [&] {
        return ::renameat2(from.folder, from.name, to.folder, to.name, RENAME_NOREPLACE);
    });
    return isMissingCall(error) ? renameWithoutFlags(from, to) : error;
}

int exchangeNames(NameAt a, NameAt b)
{
    return errorOf(Call::Rename, [&] {
        return ::renameat2(a.folder, a.name, b.folder, b.name, RENAME_EXCHANGE);
    });
}

int respell(NameAt from, NameAt to)
{
    return plainRename(from, to);
}

int makeFolderAt(NameAt name)
{
    return errorOf(Call::MakeFolder, [&] { return ::mkdirat(name.folder, name.name, 0777); });
}

int removeFileAt(NameAt name)
{
    return errorOf(Call::Remove, [&] { return ::unlinkat(name.folder, name.name, 0); });
}

int removeFolderAt(NameAt name)
{
    return errorOf(Call::Remove, [&] { return ::unlinkat(name.folder, name.name, AT_REMOVEDIR); });
}

SystemResult<int> createFileAt(NameAt name, mode_t mode)
{
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const int made =
        changingCall(Call::Create, [&] { return ::openat(name.folder, name.name, flags, mode); });
    if (made < 0)
        return std::unexpected(errno);
    return made;
}

SystemResult<int> createNameless(int folder)
{
    const int made = changingCall(
        Call::Create, [&] { return ::openat(folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600); });
    if (made < 0)
        return std::unexpected(errno);
    return made;
}

std::string nameOf(int descriptor)
{
    return fmt::format("/proc/self/fd/{}", descriptor);
}

int setMode(int descriptor, mode_t mode)
{
    const std::string name = nameOf(descriptor);
    return errorOf(Call::SetMode, [&] { return ::chmod(name.c_str(), mode); });
}

int setOwner(int descriptor, uid_t owner, gid_t group)
{
    const std::string name = nameOf(descriptor);
    return errorOf(Call::SetOwner, [&] { return ::chown(name.c_str(), owner, group); });
}

int setModified(int descriptor, std::int64_t ns)
{
    const std::string name = nameOf(descriptor);
    const std::array times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, timeOf(ns)};
    return errorOf(Call::SetTimes,
                   [&] { return ::utimensat(AT_FDCWD, name.c_str(), times.data(), 0); });
}

int setAttribute(int descriptor, const char* name, const std::string& value)
{
    const std::string file = nameOf(descriptor);
    return errorOf(Call::SetAttribute,
                   [&] { return ::setxattr(file.c_str(), name, value.data(), value.size(), 0); });
}

int removeAttribute(int descriptor, const char* name)
{
    const std::string file = nameOf(descriptor);
    return errorOf(Call::SetAttribute, [&] { return ::removexattr(file.c_str(), name); });
}

SystemResult<std::string> getAttribute(int descriptor, const char* name)
{
    std::string value(maxAttributeSize, '\0');
    const ssize_t size = ::getxattr(nameOf(descriptor).c_str(), name, value.data(), value.size());
    if (size < 0)
        return std::unexpected(errno);
    value.resize(static_cast<std::size_t>(size));
    return value;
}

int syncFolder(int folder)
{
    const int error = errorOf(Call::Sync, [&] { return ::fsync(folder); });
    return error == EINVAL ? 0 : error;
}

int syncFileSystem(int folder)
{
    return errorOf(Call::Sync, [&] { return ::syncfs(folder); });
}

} // namespace fatlas::host
