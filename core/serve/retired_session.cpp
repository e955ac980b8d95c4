#include "core/serve/retired_session.hpp"

#include "core/base/text.hpp"
#include "core/serve/keep.hpp"

#include <system_error>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr const char* suffix = ".over"; ///< no session's name ends so: they end in hexadecimal

Result<> moveFolder(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    fs::rename(from, to, error);
    if (error)
        return failSystem(error.value(), "cannot rename " + escapeForTerminal(from.native()));
    return {};
}

Result<> removeFolder(const fs::path& folder)
{
    std::error_code error;
    fs::remove_all(folder, error);
    if (error)
        return failSystem(error.value(), "cannot remove " + escapeForTerminal(folder.native()));
    return {};
}

/// What it kept in the folder of the host goes first: the journal knows what that is.
Result<> removeLeftover(const fs::path& retired)
{
    const auto record = readSessionRecord(retired);
    std::error_code error;
    if (record && record->snapshot && fs::is_directory(record->snapshot->root, error)) {
        FATLAS_ASSIGN(host::FolderLock lock, host::FolderLock::take(record->snapshot->root));
        host::JailOptions options{.session = retired, .kept = {}};
        options.kept = std::make_shared<host::KeptFiles>(record->snapshot);
        FATLAS_ASSIGN(const auto jail, host::Jail::open(std::move(lock), std::move(options)));
        FATLAS_TRY(jail->end());
    }
    return removeFolder(retired);
}

} // namespace

Result<host::JailEnd> retireSession(const fs::path& session, host::Jail& jail,
                                    host::Jail::Deleted deleted)
{
    fs::path retired = session;
    retired += suffix;
    FATLAS_TRY(removeFolder(retired));
    FATLAS_TRY(moveFolder(session, retired));
    auto end = jail.end(deleted);
    if (!end) {
        FATLAS_TRY(moveFolder(retired, session));
        return end;
    }
    FATLAS_TRY(removeFolder(retired));
    return end;
}

void removeLeftovers(const fs::path& sessions)
{
    std::error_code error;
    fs::directory_iterator entries(sessions, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error))
        if (isRetired(entries->path()))
            (void)removeLeftover(entries->path()); // the next session tries again
}

bool isRetired(const fs::path& session)
{
    return session.extension() == suffix;
}

} // namespace fatlas::serve
