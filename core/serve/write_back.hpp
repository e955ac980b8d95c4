/// A folder's disk whose writes come home: the session on the host, from its first byte to its end.
///
/// What the guest writes is kept in the session's folder and brought to the host by sync; host
/// files that are replaced or deleted lie in the folder's keep until the session ends. A session
/// that could not bring everything home stays, and is found again by the next one.
///
/// A dry run is no session: it leaves nothing, neither on the host nor in the state folder.
///
/// Shape:   a folder below `sessions` named ID, with what keep.hpp and the jail's journal say,
///          `known`: what guest and host agreed on when it began, and, where a person decides,
///          `asked`, which is empty.
/// Errors:  InvalidArgument for a source that is no folder; Refused when it is in use, or when what
///          an earlier session left cannot be brought home; those of openKept and host::Jail.
/// Threads: opening and ending block; the rest from any thread. Events come from a thread of the
///          session, or from within open() and end().
/// Lifetime: without end() everything stays, to be gone on with.
#pragma once

#include "core/host/folder_lock.hpp"
#include "core/serve/keep.hpp"
#include "core/sync/synchronizer.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::serve {

struct WriteBackOptions {
    std::filesystem::path sessions; ///< empty: the user's state folder
    sync::When when = sync::When::Auto;
    sync::EngineOptions engine; ///< its zone is the disk's
    host::Jail::Deleted deleted = host::Jail::Deleted::Drop;
    sync::SyncEvents events;
};

/// How a session ended.
struct WriteBackEnd {
    sync::PassResult last;
    bool isOver = false;          ///< everything is home, nothing is left of the session
    bool isDropped = false;       ///< a dry run: isOver says what would have been; nothing is left
    std::filesystem::path folder; ///< of the session, else
    std::vector<std::filesystem::path> changed; ///< kept files that somebody wrote to; they stay
    std::vector<sync::Proposal> proposals = {}; ///< that are left
};

class WriteBack {
public:
    /// A new session, after what an earlier one of the same folder left was brought home: not where
    /// a person was asked about it, and not for a dry run.
    [[nodiscard]] static Result<std::unique_ptr<WriteBack>> open(const std::string& source,
                                                                 const image::OpenOptions& open,
                                                                 WriteBackOptions options,
                                                                 const JobControl& job = {});
    /// The one in a folder of `sessions`.
    [[nodiscard]] static Result<std::unique_ptr<WriteBack>>
    reopen(const std::filesystem::path& folder, WriteBackOptions options,
           const JobControl& job = {});

    WriteBack(const WriteBack&) = delete;
    WriteBack& operator=(const WriteBack&) = delete;
    ~WriteBack();

    [[nodiscard]] const image::OpenedDisk& opened() const noexcept { return m_kept.opened; }

    [[nodiscard]] const std::shared_ptr<block::OverlayDevice>& overlay() const noexcept
    {
        return m_kept.overlay;
    }

    /// What guests may write to.
    [[nodiscard]] const std::shared_ptr<block::BlockDevice>& device() const noexcept
    {
        return m_device;
    }

    [[nodiscard]] sync::Synchronizer& synchronizer() noexcept { return *m_synchronizer; }

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return m_folder; }

    /// Nobody writes any more: what is there is taken, and when all of it is home, or rejected, the
    /// session is gone, with everything it kept. Else it can be tried again, say after a verdict.
    [[nodiscard]] Result<WriteBackEnd> end(const JobControl& job = {});

private:
    WriteBack() = default;

    [[nodiscard]] static Result<std::unique_ptr<WriteBack>> openDry(const std::string& source,
                                                                    const image::OpenOptions& open,
                                                                    WriteBackOptions options,
                                                                    const JobControl& job);
    [[nodiscard]] Result<> start(host::FolderLock lock, const JobControl& job);
    [[nodiscard]] Result<std::unique_ptr<host::Jail>> openJail(host::FolderLock lock,
                                                               sync::KnownTree& known) const;
    void drop();
    [[nodiscard]] Result<sync::KnownTree> knownTree(const JobControl& job) const;

    WriteBackOptions m_options;
    std::filesystem::path m_folder;
    std::optional<host::FolderLock> m_lock; ///< of a dry run; else the jail has it
    KeptDisk m_kept;
    std::shared_ptr<sync::WriteLog> m_log;
    std::shared_ptr<block::BlockDevice> m_device;
    /// The device outlives the session; it finds the synchronizer here as long as there is one.
    struct Door;
    std::shared_ptr<Door> m_door;
    std::unique_ptr<sync::Synchronizer> m_synchronizer;
};

/// In the folder of a session: a person decides what comes home.
inline constexpr const char* askedFile = "asked";

/// A session that is kept on this machine.
struct StoredSession {
    std::string id;
    std::filesystem::path folder;
    std::string source;
    std::filesystem::path root;
    bool isInUse = false;
    bool isAsked = false; ///< a person decided what comes home
    std::string damage;   ///< why it cannot be read; empty: it can
};

/// $XDG_STATE_HOME/fatlas/sessions, else ~/.local/state/fatlas/sessions.
[[nodiscard]] std::filesystem::path defaultSessionsFolder();
/// In the order of their names; none when there is no such folder. Traces of sessions that are over
/// are removed.
[[nodiscard]] std::vector<StoredSession> listSessions(const std::filesystem::path& sessions);
/// By its ID; NotFound says what there is.
[[nodiscard]] Result<StoredSession> findSession(const std::filesystem::path& sessions,
                                                const std::string& id);
/// What was not brought home is given up; changes that were interrupted are taken back.
[[nodiscard]] Result<> discardSession(const StoredSession& session);

} // namespace fatlas::serve
