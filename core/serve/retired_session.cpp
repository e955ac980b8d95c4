#include "core/serve/retired_session.hpp"

#include "core/base/own_files.hpp"
#include "core/serve/keep.hpp"
#include "core/serve/new_folder.hpp"

#include <system_error>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr const char* suffix = ".over"; ///< no session's name ends so: they end in hexadecimal

fs::path retiredName(const fs::path& session)
{
    fs::path name = session;
    return name += suffix;
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
    return removeOwn(retired);
}

} // namespace

Result<host::JailEnd> retireSession(const fs::path& session, host::Jail& jail,
                                    host::Jail::Deleted deleted)
{
    const fs::path retired = retiredName(session);
    FATLAS_TRY(removeOwn(retired));
    FATLAS_TRY(renameOwnFolder(session, retired));
    // What the jail keeps may go only when nobody can find the session under its name any more.
    const auto synced = syncOwnFolder(session.parent_path());
    auto ended =
        synced ? jail.end(deleted) : Result<host::JailEnd>(std::unexpected(synced.error()));
    if (!ended && !jail.isEnded())
        FATLAS_TRY(renameOwnFolder(retired, session));
    if (!ended)
        return ended;
    FATLAS_TRY(removeOwn(retired));
    return ended;
}

void abandonSession(const fs::path& session)
{
    const fs::path retired = retiredName(session);
    if (renameOwnFolder(session, retired))
        (void)removeLeftover(retired); // else the next session does
}

void removeLeftovers(const fs::path& sessions)
{
    removeUnfinishedFolders(sessions);
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
