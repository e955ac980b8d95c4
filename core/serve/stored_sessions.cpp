#include "core/base/own_files.hpp"
#include "core/base/text.hpp"
#include "core/serve/retired_session.hpp"
#include "core/serve/write_back.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

// NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it
const char* environment(const char* name)
{
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
    return value != nullptr && *value != '\0' ? value : nullptr;
}

StoredSession look(const fs::path& folder)
{
    StoredSession session{
        .id = folder.filename().native(), .folder = folder, .source = {}, .root = {}, .damage = {}};
    const auto record = readSessionRecord(folder);
    if (!record) {
        session.damage = record.error().message;
        return session;
    }
    session.source = record->source;
    if (!record->snapshot) {
        session.damage = "it keeps writes over an image";
        return session;
    }
    session.root = record->snapshot->root;
    std::error_code error;
    session.isAsked = fs::exists(folder / askedFile, error);
    const auto lock = host::FolderLock::take(session.root);
    session.isInUse = !lock && lock.error().code == ErrorCode::Refused;
    return session;
}

} // namespace

fs::path defaultSessionsFolder()
{
    if (const char* state = environment("XDG_STATE_HOME"))
        return fs::path(state) / "fatlas" / "sessions";
    if (const char* home = environment("HOME"))
        return fs::path(home) / ".local" / "state" / "fatlas" / "sessions";
    return fs::path("/var/tmp") / "fatlas" / "sessions";
}

std::vector<StoredSession> listSessions(const fs::path& sessions)
{
    std::vector<StoredSession> found;
    std::error_code error;
    const fs::path folder = sessions.empty() ? defaultSessionsFolder() : sessions;
    removeLeftovers(folder);
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        std::error_code ignored;
        if (!isRetired(entries->path()) && fs::exists(entries->path() / "session", ignored))
            found.push_back(look(entries->path()));
    }
    std::ranges::sort(found, {}, &StoredSession::id);
    return found;
}

Result<StoredSession> findSession(const fs::path& sessions, const std::string& id)
{
    const auto all = listSessions(sessions);
    const auto found = std::ranges::find(all, id, &StoredSession::id);
    if (found != all.end())
        return *found;
    std::string there;
    for (const StoredSession& session : all)
        there += (there.empty() ? "" : ", ") + session.id;
    return fail(ErrorCode::NotFound,
                fmt::format("there is no session {}; there {}", escapeForTerminal(id),
                            there.empty() ? "are none" : "are: " + there));
}

Result<> discardSession(const StoredSession& session)
{
    std::error_code error;
    if (session.isInUse)
        return fail(ErrorCode::Refused,
                    fmt::format("session {} is in use: end its serve first", session.id));
    if (session.damage.empty() && fs::is_directory(session.root, error)) {
        FATLAS_ASSIGN(const SessionRecord record, readSessionRecord(session.folder));
        FATLAS_ASSIGN(host::FolderLock lock, host::FolderLock::take(session.root));
        FATLAS_ASSIGN(const auto jail,
                      host::Jail::open(std::move(lock),
                                       {.session = session.folder,
                                        .kept = std::make_shared<host::KeptFiles>(record.snapshot),
                                        .interrupted = host::JailOptions::Interrupted::TakeBack}));
        FATLAS_TRY(retireSession(session.folder, *jail, host::Jail::Deleted::Drop));
        return {};
    }
    return removeOwn(session.folder);
}

} // namespace fatlas::serve
