#include "core/base/own_files.hpp"

#include "core/base/call_hook.hpp"
#include "core/base/text.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <ranges>
#include <sys/stat.h>
#include <system_error>
#include <vector>

namespace fatlas {

namespace {

namespace fs = std::filesystem;

std::string about(const char* doing, const fs::path& path)
{
    return std::string("cannot ") + doing + " " + escapeForTerminal(path.native());
}

/// Of a folder, parents first.
Result<std::vector<fs::path>> everythingIn(const fs::path& folder)
{
    std::vector<fs::path> all;
    std::error_code error;
    fs::recursive_directory_iterator entries(folder, error);
    for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error))
        all.push_back(entries->path());
    if (error)
        return failSystem(error.value(), about("list", folder));
    return all;
}

Result<> removeOne(const fs::path& path)
{
    if (changingCall(Call::Remove, [&path] { return std::remove(path.c_str()); }) == 0 ||
        errno == ENOENT)
        return {};
    return failSystem(errno, about("remove", path));
}

} // namespace

Result<File> makeOwnFile(const fs::path& path)
{
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    const int descriptor =
        changingCall(Call::Create, [&path] { return ::open(path.c_str(), flags, 0600); });
    if (descriptor < 0)
        return failSystem(errno, about("make", path));
    return File::adopt(descriptor, path);
}

Result<> makeOwnFolder(const fs::path& path)
{
    if (changingCall(Call::MakeFolder, [&path] { return ::mkdir(path.c_str(), 0700); }) != 0)
        return failSystem(errno, about("make the folder", path));
    return {};
}

Result<> renameOwnFolder(const fs::path& from, const fs::path& to)
{
    const auto rename = [&](unsigned flags) {
        return changingCall(Call::Rename, [&] {
            return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags);
        });
    };
    int status = rename(RENAME_NOREPLACE);
    // Without the flag a folder can only take the place of an empty one.
    if (status != 0 && (errno == EINVAL || errno == ENOSYS))
        status = rename(0);
    if (status != 0)
        return failSystem(errno, about("rename", from));
    return {};
}

Result<> syncOwnFolder(const fs::path& path)
{
    const char* const name = path.empty() ? "." : path.c_str();
    const int descriptor = ::open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return failSystem(errno, about("open folder", path));
    return File::adopt(descriptor, path).sync();
}

Result<> removeOwn(const fs::path& path)
{
    std::error_code error;
    if (fs::symlink_status(path, error).type() == fs::file_type::directory) {
        FATLAS_ASSIGN(const std::vector<fs::path> all, everythingIn(path));
        for (const fs::path& one : all | std::views::reverse)
            FATLAS_TRY(removeOne(one));
    }
    return removeOne(path);
}

} // namespace fatlas
