#include "core/host/beneath.hpp"

#include "core/base/text.hpp"
#include "core/host/own_names.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fatlas::host {

namespace {

constexpr std::size_t maxComponents = 512;
constexpr int folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Result<> checkComponent(std::string_view name)
{
    const std::string shown = escapeForTerminal(name);
    if (name.empty() || name == "." || name == "..")
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is not a name for a file or folder of the host", shown));
    if (name.size() > NAME_MAX)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the name {} is {} bytes long on the host, at most {}", shown,
                                name.size(), NAME_MAX));
    if (name.find('\0') != std::string_view::npos)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the name {} has a zero byte in it", shown));
    if (isOwnName(name))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the name {} belongs to Fatlas itself", shown));
    return {};
}

template <class Function>
Result<> forEachComponent(std::string_view path, Function function)
{
    for (std::size_t begin = 0;;) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        FATLAS_TRY(function(path.substr(begin, end - begin)));
        if (end == path.size())
            return {};
        begin = end + 1;
    }
}

SystemResult<Descriptor> openAtOnce(int root, const std::string& path)
{
    open_how how{};
    how.flags = folderFlags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    // EAGAIN: something on the way was being renamed; the walk step by step does not mind.
    Descriptor opened(
        static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
    if (!opened)
        return std::unexpected(errno);
    return opened;
}

bool isOnSameSystem(int a, int b) noexcept
{
    const auto first = statOf(a);
    const auto second = statOf(b);
    return first && second && first->identity.device == second->identity.device;
}

SystemResult<Descriptor> openStepByStep(int root, std::string_view path)
{
    Descriptor here(::openat(root, ".", folderFlags));
    while (here && !path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        Descriptor next(
            ::openat(here.get(), std::string(path.substr(0, end)).c_str(), folderFlags));
        if (next && !isOnSameSystem(here.get(), next.get()))
            return std::unexpected(EXDEV);
        here = std::move(next);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (!here)
        return std::unexpected(errno);
    return here;
}

ChangeError explain(int error, std::string_view path)
{
    const std::string shown = escapeForTerminal(path);
    switch (error) {
    case ENOENT:
        return {ConflictKind::Missing,
                fmt::format("the folder of {} is not there any more", shown)};
    case ELOOP:
    case ENOTDIR:
        return {ConflictKind::NotAFile,
                fmt::format("the way to {} leads over what is not a folder (any more); links are "
                            "not followed",
                            shown)};
    case EXDEV:
        return Error{.code = ErrorCode::Unsupported,
                     .message = fmt::format("{} lies on another file system, which is mounted in "
                                            "the folder; nothing is changed there",
                                            shown),
                     .systemError = error};
    default: return failSystem(error, "cannot open the folder of " + shown).error();
    }
}

} // namespace

Result<> checkPath(std::string_view path)
{
    std::size_t count = 0;
    return forEachComponent(path, [&](std::string_view name) -> Result<> {
        if (++count > maxComponents)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("the path is more than {} folders deep", maxComponents));
        return checkComponent(name);
    });
}

std::string Spot::shown() const
{
    return escapeForTerminal(path);
}

SystemResult<Descriptor> openFolderBeneath(int root, std::string_view path, Walk walk)
{
    if (walk == Walk::Automatic && !path.empty() && path.size() < PATH_MAX) {
        auto opened = openAtOnce(root, std::string(path));
        // An older kernel, a filter of system calls, or a race: the other way is as safe.
        const bool isFinal = opened || (opened.error() != ENOSYS && opened.error() != EPERM &&
                                        opened.error() != EAGAIN && opened.error() != E2BIG);
        if (isFinal)
            return opened;
    }
    return openStepByStep(root, path);
}

ChangeResult<Spot> openSpot(int root, const std::string& path, Walk walk)
{
    FATLAS_TRY(checkPath(path));
    const std::size_t slash = path.rfind('/');
    const bool isTop = slash == std::string::npos;
    auto folder =
        openFolderBeneath(root, isTop ? "" : std::string_view(path).substr(0, slash), walk);
    if (!folder)
        return std::unexpected(explain(folder.error(), path));
    return Spot{
        .folder = std::move(*folder), .name = isTop ? path : path.substr(slash + 1), .path = path};
}

} // namespace fatlas::host
