/// Changes a folder of the host and can never leave it; a change that was begun is finished or
/// taken back, whatever happens to the process.
///
/// Nothing is followed: each folder on the way is opened without links and on the folder's own file
/// system. Nothing is overwritten that is not what the caller knows: a new name must be free, an
/// old one must have the recorded identity, before and after. Nothing of the snapshot is lost: what
/// is deleted or replaced lies in the keep until end(). What the session made itself and then
/// replaces or deletes is dropped.
///
/// Units:    bytes; times in nanoseconds since 1970-01-01 UTC.
/// Shape:    journal.hpp says what is written in the session's folder before each change.
/// Errors:   change.hpp: conflicts, what may be tried again, what is refused. After an error the
///           folder is as before the call.
/// Threads:  changes of paths that have nothing to do with each other may run at once, and share
///           the waiting for the disk: many small files want several threads.
/// Lifetime: holds the lock. After a destructor without end(), or a crash, the keep and the journal
///           are there and open() goes on with them.
#pragma once

#include "core/host/change.hpp"
#include "core/host/folder_lock.hpp"
#include "core/host/kept_files.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::host {

/// One change as the journal has it.
struct JournalledChange {
    ChangeKind kind = ChangeKind::Note;
    std::string path;
    std::string to; ///< Rename: the new path; Exchange: the other
    /// Not made: `identity`, unless it is 0, is of the file as it is again, with other times.
    Applied result;
    bool made = false; ///< false: it was begun, and taken back
    Bytes note;
};

struct JailOptions {
    /// Of the session, for the journal. Not inside the folder.
    std::filesystem::path session;
    /// Of the snapshot that the guest's disk is made from.
    std::shared_ptr<KeptFiles> kept;
    /// What to do with a change that was interrupted when both are possible.
    enum class Interrupted : std::uint8_t { Finish, TakeBack } interrupted = Interrupted::Finish;
    /// Called in order with all changes of a journal that is there already, during open().
    std::function<void(const JournalledChange&)> onJournalled = {};
};

/// What a jail leaves behind.
struct JailEnd {
    std::uint64_t dropped = 0; ///< kept files that are gone now
    std::uint64_t trashed = 0;
    /// Kept files that somebody wrote to meanwhile; they stay where they are (absolute paths).
    std::vector<std::filesystem::path> changed;
};

class Jail {
public:
    static constexpr std::size_t maxNoteSize = 64 * 1024;

    /// Makes the keep and the journal, or goes on with them: whatever was interrupted is settled,
    /// kept files are found again, and left-over temporary files are gone.
    /// Errors: those of the journal: BadFormat when it is damaged, Refused when it is another
    /// folder's; NoSpace, AccessDenied, ReadOnly.
    [[nodiscard]] static Result<std::unique_ptr<Jail>> open(FolderLock folder, JailOptions options);

    Jail() = default;
    Jail(const Jail&) = delete;
    Jail& operator=(const Jail&) = delete;
    virtual ~Jail() = default;

    [[nodiscard]] virtual ChangeResult<> makeFolder(const std::string& path, const FileMeta& meta,
                                                    const Request& request = {}) = 0;
    /// Conflict NotEmpty when something is in it; it stays then.
    [[nodiscard]] virtual ChangeResult<> removeFolder(const Known& folder,
                                                      const Request& request = {}) = 0;
    [[nodiscard]] virtual ChangeResult<>
    createFile(const std::string& path, const NewContent& content, const Request& request = {}) = 0;
    /// Owner, mode, access list and extended attributes go over to the new content. In place where
    /// that is not possible, and where the file has other names (hard links).
    [[nodiscard]] virtual ChangeResult<> replaceFile(const Known& file, const NewContent& content,
                                                     const Request& request = {}) = 0;
    /// Only `ranges` of the content (sorted, apart) are read and written; what is past the old end
    /// must be in them. The file gets the content's size.
    [[nodiscard]] virtual ChangeResult<> writeInPlace(const Known& file,
                                                      const std::vector<ByteRange>& ranges,
                                                      const NewContent& content,
                                                      const Request& request = {}) = 0;
    [[nodiscard]] virtual ChangeResult<> removeFile(const Known& file,
                                                    const Request& request = {}) = 0;
    /// Files and folders; never onto a name that is taken.
    [[nodiscard]] virtual ChangeResult<> rename(const Known& from, const std::string& to,
                                                const Request& request = {}) = 0;
    /// Two files, two folders or one of each change places at once. Refused (Unsupported) where the
    /// file system cannot.
    [[nodiscard]] virtual ChangeResult<> exchange(const Known& a, const Known& b,
                                                  const Request& request = {}) = 0;
    /// Of a file or folder.
    [[nodiscard]] virtual ChangeResult<> setMeta(const Known& file, const FileMeta& meta,
                                                 const Request& request = {}) = 0;

    /// Remembers the request's note, and nothing else.
    [[nodiscard]] virtual Result<> note(const Bytes& note) = 0;

    /// What is under a path now, without following a link. Conflict Missing, NotAFile.
    [[nodiscard]] virtual ChangeResult<Known> look(const std::string& path) const = 0;

    /// All changes made so far survive a power cut.
    [[nodiscard]] virtual Result<> flush() = 0;

    enum class Deleted : std::uint8_t { Drop, Trash };

    /// Empties and removes keep and journal; the disk of the snapshot is not readable any more.
    /// Trash: files a guest deleted go to the desktop's trash instead. No change comes after it.
    [[nodiscard]] virtual Result<JailEnd> end(Deleted deleted = Deleted::Drop) = 0;

    /// end() came so far that there is nothing to go on with, even if it failed then.
    [[nodiscard]] virtual bool isEnded() const noexcept { return false; }
};

} // namespace fatlas::host
