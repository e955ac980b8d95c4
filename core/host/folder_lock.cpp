#include "core/host/folder_lock.hpp"

#include "core/base/text.hpp"
#include "core/host/host_stat.hpp"
#include "core/host/root_path.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <utility>

namespace fatlas::host {

namespace {

constexpr int folderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr int maxDepth = 1 << 16;

std::string shown(const std::filesystem::path& path)
{
    return escapeForTerminal(path.native());
}

/// Marks the folders above as having a locked one below, up to the root. One that may not be read
/// cannot be shared by this user either; a file system without locks has none to ask.
Result<std::vector<Descriptor>> markAbove(const Descriptor& folder, const std::string& name)
{
    std::vector<Descriptor> marked;
    auto below = statOf(folder.get());
    Descriptor here(::openat(folder.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (int depth = 0; here && depth < maxDepth; ++depth) {
        const auto stat = statOf(here.get());
        if (!below || !stat || stat->isSameAs(below->identity))
            break; // ".." of the root is the root
        Descriptor readable(::openat(here.get(), ".", folderFlags));
        if (readable && ::flock(readable.get(), LOCK_SH | LOCK_NB) == 0)
            marked.push_back(std::move(readable));
        else if (readable && errno == EWOULDBLOCK)
            return fail(ErrorCode::Refused,
                        fmt::format("{} lies in a folder that another session may change; end that "
                                    "session first",
                                    name));
        here = Descriptor(::openat(here.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
        below = stat;
    }
    return marked;
}

} // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder)
{
    FolderLock lock;
    FATLAS_ASSIGN(lock.m_path, rootPath(folder));
    const std::string name = shown(lock.m_path);
    lock.m_folder = Descriptor(::open(lock.m_path.c_str(), folderFlags));
    const int error = errno;
    std::error_code ignored;
    if (!lock.m_folder && error == ENOTDIR && std::filesystem::exists(lock.m_path, ignored))
        return fail(ErrorCode::InvalidArgument, name + " is a file, expected a folder");
    if (!lock.m_folder)
        return failSystem(error, "cannot open folder " + name);
    if (::flock(lock.m_folder.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return failSystem(errno, "cannot lock folder " + name);
        return fail(ErrorCode::Refused,
                    fmt::format("{}, or a folder in it, is served read-write by another session "
                                "already; end that session first",
                                name));
    }
    FATLAS_ASSIGN(lock.m_above, markAbove(lock.m_folder, name));
    return lock;
}

} // namespace fatlas::host
