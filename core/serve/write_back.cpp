#include "core/serve/write_back.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/call_hook.hpp"
#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/folder_disk/entry_times.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/host/root_path.hpp"
#include "core/serve/generation.hpp"
#include "core/serve/retired_session.hpp"
#include "core/sync/first_known.hpp"
#include "core/sync/known_delta.hpp"
#include "core/sync/watched_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t maxKnownSize = 4 * GiB;
constexpr std::size_t maxIdName = 40;

std::string shown(const fs::path& path)
{
    return escapeForTerminal(path.native());
}

Result<fs::path> folderOf(const std::string& source)
{
    FATLAS_ASSIGN(const auto address, folder_disk::parseSource(source));
    std::error_code error;
    if (!fs::is_directory(address.folder, error))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is no folder: writes can come home only where the disk is made "
                                "from one; --scratch and --keep take writes over an image",
                                escapeForTerminal(source)));
    return host::rootPath(address.folder);
}

/// Like the folder, with a number that makes it this session's.
std::string newId(const fs::path& root)
{
    std::string name = root.filename().native().substr(0, maxIdName);
    std::ranges::replace_if(
        name,
        [](char c) {
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                 (c >= '0' && c <= '9') || c == '-' || c == '_';
            return !isPlain;
        },
        '_');
    std::random_device random;
    return fmt::format("{}-{:08x}", name.empty() ? "folder" : name, random());
}

Result<fs::path> makeSessionsFolder(const fs::path& wanted)
{
    fs::path folder = wanted.empty() ? defaultSessionsFolder() : wanted;
    std::error_code error;
    const auto make = [&] {
        fs::create_directories(folder, error);
        errno = error.value();
        return error ? -1 : 0;
    };
    if (changingCall(Call::MakeFolder, make) != 0)
        return failSystem(errno, "cannot make the folder " + shown(folder));
    fs::permissions(folder, fs::perms::owner_all, error);
    return folder;
}

bool isOf(const StoredSession& session, const fs::path& root)
{
    std::error_code error;
    return session.damage.empty() &&
           (session.root == root || fs::equivalent(session.root, root, error));
}

std::unexpected<Error> notHome(const StoredSession& session)
{
    if (session.isAsked)
        return fail(ErrorCode::Refused,
                    fmt::format("changes of an earlier session of this folder ({0}) wait for a "
                                "verdict; fatlas-cli recover {0} brings them home, fatlas-cli "
                                "discard {0} gives them up",
                                session.id));
    return fail(ErrorCode::Refused,
                fmt::format("not everything of an earlier session of this folder ({0}) could be "
                            "brought home; fatlas-cli recover {0} says what is left, fatlas-cli "
                            "discard {0} gives it up",
                            session.id));
}

/// Whatever an earlier session of this folder left comes home first, unless a person was asked.
Result<> bringHomeEarlier(const fs::path& sessions, const fs::path& root, WriteBackOptions options,
                          const JobControl& job)
{
    for (const StoredSession& session : listSessions(sessions)) {
        if (!isOf(session, root))
            continue;
        options.when = session.isAsked ? sync::When::Ask : sync::When::End;
        FATLAS_ASSIGN(const auto earlier, WriteBack::reopen(session.folder, options, job));
        FATLAS_ASSIGN(const WriteBackEnd end, earlier->end(job));
        if (!end.isOver)
            return notHome(session);
    }
    return {};
}

/// A dry run brings nothing home, so there must be nothing.
Result<> refuseEarlier(const fs::path& sessions, const fs::path& root)
{
    for (const StoredSession& session : listSessions(sessions))
        if (isOf(session, root))
            return fail(ErrorCode::Refused,
                        fmt::format("an earlier session of this folder ({0}) has to be brought "
                                    "home before a dry run: fatlas-cli recover {0}, or discard {0}",
                                    session.id));
    return {};
}

Result<std::shared_ptr<const fat::Volume>> volumeOf(const sync::GuestDisk& guest,
                                                    std::shared_ptr<const block::BlockDevice> base)
{
    FATLAS_ASSIGN(const auto slice, block::SliceDevice::createReadOnly(
                                        std::move(base), guest.volumeOffset, guest.volumeSize));
    return fat::Volume::open(slice, {.codePage = guest.codePage});
}

sync::GuestDisk guestDisk(const KeptDisk& kept, std::shared_ptr<const sync::WriteLog> log)
{
    const folder_disk::Plan& plan = *kept.opened.plan;
    return {.device = kept.overlay,
            .log = std::move(log),
            .volumeOffset = plan.layout.volumeOffset,
            .volumeSize = plan.geometry().volumeSize(),
            .codePage = plan.options.codePage};
}

Result<> storeKnown(const fs::path& path, const sync::KnownTree& known)
{
    FATLAS_ASSIGN(AtomicFile file, AtomicFile::create(path, AtomicFile::Existing::Replace));
    FATLAS_TRY(file.file().writeAt(0, known.encode()));
    return file.commit();
}

Result<> markAsked(const fs::path& session)
{
    FATLAS_ASSIGN(AtomicFile file,
                  AtomicFile::create(session / askedFile, AtomicFile::Existing::Replace));
    return file.commit();
}

} // namespace

/// Flushes of guests come through here, from any thread, also after the session is over.
struct WriteBack::Door {
    std::mutex mutex;
    sync::Synchronizer* synchronizer = nullptr;

    void noteFlush()
    {
        const std::scoped_lock lock(mutex);
        if (synchronizer != nullptr)
            synchronizer->noteFlush();
    }

    void lead(sync::Synchronizer* to)
    {
        const std::scoped_lock lock(mutex);
        synchronizer = to;
    }
};

WriteBack::~WriteBack()
{
    if (m_door)
        m_door->lead(nullptr);
}

Result<std::unique_ptr<WriteBack>> WriteBack::open(const std::string& source,
                                                   const image::OpenOptions& open,
                                                   WriteBackOptions options, const JobControl& job)
{
    if (options.engine.dryRun)
        return openDry(source, open, std::move(options), job);
    FATLAS_ASSIGN(const fs::path root, folderOf(source));
    FATLAS_ASSIGN(const fs::path sessions, makeSessionsFolder(options.sessions));
    FATLAS_TRY(bringHomeEarlier(sessions, root, options, job));
    FATLAS_ASSIGN(host::FolderLock lock, host::FolderLock::take(root));
    std::unique_ptr<WriteBack> session(new WriteBack);
    session->m_options = std::move(options);
    session->m_folder = sessions / newId(root);
    FATLAS_ASSIGN(session->m_kept,
                  openKept(source, open, session->m_folder, job, HostFiles::Followed));
    auto started = session->start(std::move(lock), job);
    if (!started) {
        session->m_kept = {};
        abandonSession(session->m_folder);
        return std::unexpected(std::move(started).error());
    }
    return session;
}

Result<std::unique_ptr<WriteBack>> WriteBack::openDry(const std::string& source,
                                                      const image::OpenOptions& open,
                                                      WriteBackOptions options,
                                                      const JobControl& job)
{
    FATLAS_ASSIGN(const fs::path root, folderOf(source));
    FATLAS_TRY(refuseEarlier(options.sessions, root));
    FATLAS_ASSIGN(host::FolderLock lock, host::FolderLock::take(root));
    std::unique_ptr<WriteBack> session(new WriteBack);
    session->m_options = std::move(options);
    session->m_folder = defaultScratchFolder();
    FATLAS_ASSIGN(session->m_kept.opened, image::openDisk(source, open, job));
    FATLAS_ASSIGN(session->m_kept.overlay, block::OverlayDevice::createScratch(
                                               session->m_kept.opened.disk, session->m_folder));
    FATLAS_TRY(session->start(std::move(lock), job));
    return session;
}

Result<std::unique_ptr<WriteBack>>
WriteBack::reopen(const fs::path& folder, WriteBackOptions options, const JobControl& job)
{
    FATLAS_ASSIGN(const SessionRecord record, readSessionRecord(folder));
    if (!record.snapshot)
        return fail(ErrorCode::Refused,
                    shown(folder) + " keeps a session whose writes do not come home");
    const fs::path root = record.snapshot->root;
    FATLAS_ASSIGN(host::FolderLock lock, host::FolderLock::take(root));
    std::unique_ptr<WriteBack> session(new WriteBack);
    session->m_options = std::move(options);
    session->m_folder = folder;
    FATLAS_ASSIGN(session->m_kept, openKept(root.native(), {}, folder, job, HostFiles::Followed));
    FATLAS_TRY(session->start(std::move(lock), job));
    return session;
}

/// As it was when the session began. What happened since is in the journal.
Result<sync::KnownTree> WriteBack::knownTree(const JobControl& job) const
{
    const fs::path path = m_folder / "known";
    const bool isDry = m_options.engine.dryRun;
    std::error_code error;
    if (!isDry && fs::exists(path, error)) {
        FATLAS_ASSIGN(const Bytes bytes, readWholeFile(path, maxKnownSize));
        return sync::KnownTree::decode(bytes);
    }
    const sync::GuestDisk guest = guestDisk(m_kept, nullptr);
    FATLAS_ASSIGN(const auto volume, volumeOf(guest, m_kept.opened.disk));
    FATLAS_ASSIGN(sync::KnownTree known, sync::firstKnown(*m_kept.opened.plan, *volume, job));
    if (!isDry)
        FATLAS_TRY(storeKnown(path, known));
    return known;
}

/// What happened since is told by its journal.
Result<std::unique_ptr<host::Jail>> WriteBack::openJail(host::FolderLock lock,
                                                        sync::KnownTree& known) const
{
    std::optional<Error> unfit;
    const auto replay = [&](const host::JournalledChange& change) {
        if (unfit || change.note.empty())
            return;
        const auto delta = sync::KnownDelta::decode(change.note);
        if (delta && !change.made)
            return sync::applyTakenBack(known, *delta, change.result);
        const Result<> applied = delta ? sync::apply(known, *delta, change.result)
                                       : Result<>(std::unexpected(delta.error()));
        if (!applied)
            unfit = applied.error();
    };
    FATLAS_ASSIGN(auto jail, host::Jail::open(std::move(lock), {.session = m_folder,
                                                                .kept = m_kept.hostFiles,
                                                                .onJournalled = replay}));
    if (unfit)
        return std::unexpected(*unfit);
    return jail;
}

Result<> WriteBack::start(host::FolderLock lock, const JobControl& job)
{
    FATLAS_ASSIGN(sync::KnownTree known, knownTree(job));
    const fs::path root = lock.path();
    std::unique_ptr<host::Jail> jail;
    if (m_options.engine.dryRun) {
        m_lock = std::move(lock);
    } else {
        FATLAS_ASSIGN(jail, openJail(std::move(lock), known));
        if (m_options.when == sync::When::Ask)
            FATLAS_TRY(markAsked(m_folder));
    }
    m_log = std::make_shared<sync::WriteLog>();
    for (const block::ChangedRange& range : m_kept.overlay->changedRanges())
        m_log->remember({.offset = range.offset, .length = range.length});
    m_door = std::make_shared<Door>();
    m_device = std::make_shared<sync::WatchedDevice>(m_kept.overlay, m_log,
                                                     [door = m_door] { door->noteFlush(); });
    m_options.engine.zone = folder_disk::zoneOf(m_kept.opened.plan->options);
    sync::EngineSetup setup{.disk = guestDisk(m_kept, m_log),
                            .log = m_log,
                            .base = m_kept.opened.disk,
                            .root = root,
                            .jail = std::move(jail),
                            .known = std::move(known)};
    FATLAS_ASSIGN(auto engine,
                  sync::Engine::create(std::move(setup), m_options.engine, m_options.events));
    m_synchronizer = std::make_unique<sync::Synchronizer>(std::move(engine), m_options.when,
                                                          m_options.engine.settle.quiet);
    m_door->lead(m_synchronizer.get());
    return {};
}

Result<WriteBackEnd> WriteBack::end(const JobControl& job)
{
    FATLAS_TRY(m_kept.overlay->flush());
    m_door->lead(nullptr);
    WriteBackEnd end{.last = m_synchronizer->finish(job),
                     .isDropped = m_options.engine.dryRun,
                     .folder = m_folder,
                     .changed = {},
                     .proposals = m_synchronizer->proposals()};
    end.isOver = end.last.isUpToDate();
    if (end.isDropped)
        drop();
    if (end.isDropped || !end.isOver)
        return end;
    FATLAS_ASSIGN(host::JailEnd jailEnd,
                  retireSession(m_folder, m_synchronizer->engine().jail(), m_options.deleted));
    end.changed = std::move(jailEnd.changed);
    drop();
    return end;
}

void WriteBack::drop()
{
    m_synchronizer.reset();
    m_device.reset();
    m_kept = {};
    m_lock.reset();
}

} // namespace fatlas::serve
