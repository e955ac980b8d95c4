#include "core/serve/new_folder.hpp"

#include "core/base/own_files.hpp"
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr const char* suffix = ".part";
constexpr int maxAttempts = 16;

Result<File> openFolder(const fs::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0)
        return failSystem(errno, "cannot open folder " + escapeForTerminal(folder.native()));
    return File::adopt(descriptor, folder);
}

/// Open and ours alone; nothing when somebody else has it, or has removed it meanwhile.
std::optional<File> lockFolder(const fs::path& folder)
{
    auto opened = openFolder(folder);
    if (!opened || ::flock(opened->descriptor(), LOCK_EX | LOCK_NB) != 0)
        return std::nullopt;
    struct stat status = {};
    if (::fstat(opened->descriptor(), &status) != 0 || status.st_nlink == 0)
        return std::nullopt;
    return std::move(*opened);
}

} // namespace

NewFolder::NewFolder(fs::path path, fs::path target, File folder)
    : m_path(std::move(path)), m_target(std::move(target)), m_folder(std::move(folder))
{}

NewFolder::NewFolder(NewFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {})), m_target(std::move(other.m_target)),
      m_folder(std::move(other.m_folder))
{}

NewFolder::~NewFolder()
{
    if (!m_path.empty())
        static_cast<void>(removeOwn(m_path));
}

/// Between being made and being locked it looks like what a killed process left: when somebody
/// takes it away then, there is another name.
Result<NewFolder> NewFolder::make(const fs::path& target)
{
    std::random_device random;
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        fs::path path = target;
        path += fmt::format(".{:08x}{}", random(), suffix);
        FATLAS_TRY(makeOwnFolder(path));
        if (auto locked = lockFolder(path))
            return NewFolder(std::move(path), target, std::move(*locked));
        static_cast<void>(removeOwn(path));
    }
    return fail(ErrorCode::Io,
                "cannot lock a new folder beside " + escapeForTerminal(target.native()));
}

Result<> NewFolder::commit()
{
    FATLAS_TRY(m_folder.sync());
    FATLAS_TRY(renameOwnFolder(m_path, m_target));
    m_path.clear();
    return syncOwnFolder(m_target.parent_path());
}

void removeUnfinishedFolders(const fs::path& parent)
{
    std::error_code error;
    fs::directory_iterator entries(parent, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        if (entries->path().extension() != suffix)
            continue;
        if (const auto locked = lockFolder(entries->path()))
            static_cast<void>(removeOwn(entries->path()));
    }
}

} // namespace fatlas::serve
