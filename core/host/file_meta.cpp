#include "core/host/file_meta.hpp"

#include "core/host/changing_calls.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <sys/xattr.h>
#include <unistd.h>

namespace fatlas::host {

namespace {

constexpr mode_t permissionBits = 0777 | S_ISVTX;
constexpr mode_t writeBits = S_IWUSR | S_IWGRP | S_IWOTH;
constexpr const char* dosAttribute = "user.DOSATTRIB";
constexpr std::uint8_t keptAttributes = 0x02 | 0x04 | 0x20; // hidden, system, archive
constexpr std::size_t maxListSize = 64 * 1024;              // the kernel's own limit

bool isUnsupported(int error) noexcept
{
    return error == EOPNOTSUPP || error == ENOTSUP || error == ENOSYS;
}

/// Zero bytes end the names.
SystemResult<std::string> attributeNames(int descriptor)
{
    std::string names(maxListSize, '\0');
    const ssize_t size = ::listxattr(nameOf(descriptor).c_str(), names.data(), names.size());
    if (size < 0 && isUnsupported(errno))
        return std::string();
    if (size < 0)
        return std::unexpected(errno);
    names.resize(static_cast<std::size_t>(size));
    return names;
}

int copyAttribute(int from, int to, const char* name)
{
    const auto value = getAttribute(from, name);
    if (!value)
        return value.error() == ENODATA ? 0 : value.error();
    const auto present = getAttribute(to, name);
    if (present && *present == *value)
        return 0; // labels that the system gives by itself and lets nobody set
    return setAttribute(to, name, *value);
}

/// A folder's default list must not let in whom the old file kept out.
int dropInheritedList(int from, int to)
{
    constexpr const char* list = "system.posix_acl_access";
    if (getAttribute(from, list) || !getAttribute(to, list))
        return 0;
    return removeAttribute(to, list);
}

int copyAttributes(int from, int to)
{
    if (const int error = dropInheritedList(from, to))
        return error;
    const auto names = attributeNames(from);
    if (!names)
        return names.error();
    for (std::size_t at = 0; at < names->size();) {
        const char* const name = names->c_str() + at;
        at += std::string_view(name).size() + 1;
        if (std::string_view(name) == "security.capability")
            continue;
        if (const int error = copyAttribute(from, to, name))
            return error;
    }
    return 0;
}

int setReadOnly(int descriptor, bool readOnly)
{
    const auto stat = statOf(descriptor);
    if (!stat)
        return stat.error();
    const mode_t now = stat->mode & 07777;
    if (readOnly == ((now & writeBits) == 0))
        return 0;
    return setMode(descriptor, readOnly ? now & ~writeBits : now | S_IWUSR);
}

int storeAttributes(int descriptor, std::uint8_t attributes)
{
    const auto value = getAttribute(descriptor, dosAttribute);
    // Samba's newer form holds more than these bits: not ours to break.
    if (value && !value->starts_with("0x"))
        return 0;
    const std::uint8_t wanted = attributes & keptAttributes;
    const std::uint8_t known = storedAttributes(descriptor).value_or(0);
    if ((known & keptAttributes) == wanted)
        return 0;
    const int bits = (known & ~keptAttributes) | wanted;
    const int error = setAttribute(descriptor, dosAttribute, fmt::format("{:#x}", bits));
    return isUnsupported(error) || error == EPERM ? 0 : error;
}

} // namespace

int copyMeta(int from, int to)
{
    struct stat old = {};
    struct stat fresh = {};
    if (::fstat(from, &old) != 0 || ::fstat(to, &fresh) != 0)
        return errno;
    if (old.st_uid != fresh.st_uid || old.st_gid != fresh.st_gid)
        if (const int error = setOwner(to, old.st_uid, old.st_gid))
            return error;
    if (const int error = copyAttributes(from, to))
        return error;
    // After the attributes: those can be set while the file may be written. The group's bits are
    // the mask of an access list, so they come out as they were.
    return setMode(to, old.st_mode & permissionBits);
}

int applyMeta(int descriptor, const FileMeta& meta)
{
    const bool locks = meta.readOnly.value_or(false);
    if (meta.readOnly && !locks)
        if (const int error = setReadOnly(descriptor, false))
            return error;
    if (meta.attributes)
        if (const int error = storeAttributes(descriptor, *meta.attributes))
            return error;
    if (locks)
        if (const int error = setReadOnly(descriptor, true))
            return error;
    return meta.modifiedNs ? setModified(descriptor, *meta.modifiedNs) : 0;
}

bool isWritable(int folder, const char* name, const HostStat& stat)
{
    if (::geteuid() == 0)
        return (stat.mode & writeBits) != 0;
    return ::faccessat(folder, name, W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0;
}

std::optional<std::uint8_t> storedAttributes(int descriptor)
{
    const auto value = getAttribute(descriptor, dosAttribute);
    if (!value || !value->starts_with("0x"))
        return std::nullopt;
    unsigned bits = 0;
    const char* const end = value->data() + value->size();
    const auto [last, error] = std::from_chars(value->data() + 2, end, bits, 16);
    if (error != std::errc() || (last != end && *last != '\0'))
        return std::nullopt;
    return static_cast<std::uint8_t>(bits & 0xFF);
}

} // namespace fatlas::host
