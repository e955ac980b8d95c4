/// Where the files of a snapshot are now, after the jail moved, replaced or wrote them.
///
/// A disk that was made from a snapshot stays readable while the folder follows the guest: a file
/// that was deleted or replaced is read from the keep, one that was renamed (or lies in a renamed
/// folder) under its new name, and of one that was written in place the old bytes come from the
/// keep. A file that somebody else changed is still told from one the jail changed.
///
/// Shape:   by inode, so that hard links and links that the scan followed are found as well.
/// Errors:  Changed when a file is not what the snapshot saw and the jail did not do it; NotFound,
///          AccessDenied, Io.
/// Threads: reading from many at once; a reader waits while the jail is between a change and the
///          note of it, which is the time of one rename or of a small write.
/// Lifetime: shared by a disk and a jail; holds the snapshot.
#pragma once

#include "core/base/file.hpp"
#include "core/host/change.hpp"
#include "core/host/open_file.hpp"
#include "core/host/snapshot.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace fatlas::host {

/// Old bytes of a file that was written in place.
struct KeptPiece {
    std::uint64_t offset = 0; ///< in the file
    std::uint64_t length = 0;
    std::string path; ///< of the file that holds them, relative to the folder
    std::uint64_t at = 0;

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
};

using KeptPieces = std::shared_ptr<const std::vector<KeptPiece>>; ///< sorted; null when none

class KeptFiles {
public:
    explicit KeptFiles(std::shared_ptr<const Snapshot> snapshot);

    [[nodiscard]] const Snapshot& snapshot() const noexcept { return *m_snapshot; }

    /// Open, and at this moment the one of the snapshot (its old bytes may lie elsewhere: read()).
    [[nodiscard]] Result<File> open(std::uint32_t node) const;
    /// As the file was when it was scanned, from one that open() gave. Changed when `file` is not
    /// where they are (any more): open it again.
    [[nodiscard]] Result<> read(std::uint32_t node, const File& file, std::uint64_t offset,
                                ByteSpan into) const;
    /// Changed when `file` is not the one of the snapshot, Unsupported when not all of its bytes
    /// are its old ones: they are read.
    [[nodiscard]] Result<> checkWhole(std::uint32_t node, const File& file) const;

    /// For the jail: nobody reads while it lives. All of it is told what was and what is: `before`
    /// is compared, so that a file that is none of the snapshot's changes nothing.
    class Change {
    public:
        explicit Change(KeptFiles& files);

        /// A file or folder has another path; with a folder goes what is in it.
        void moved(const Known& before, const Known& after);
        void exchanged(const Known& a, const Known& b, const FileIdentity& aAfter,
                       const FileIdentity& bAfter);
        /// Same path, same bytes, other times or mode.
        void touched(const Known& before, const FileIdentity& after);
        /// Written in place: `pieces` hold what was there, as far as it was overwritten.
        void overwritten(const Known& before, const FileIdentity& after,
                         const std::vector<KeptPiece>& pieces);
        /// All its old bytes are in another file now.
        void copied(const Known& before, const Known& copy);
        /// Everything is where the snapshot saw it, or lost.
        void forget();

    private:
        KeptFiles& m_files;
        std::unique_lock<std::shared_mutex> m_lock;
    };

    /// Whether bytes of the snapshot are read from this file, as it is now.
    [[nodiscard]] bool holds(const FileIdentity& file) const;
    /// Whether bytes of the snapshot are read from what has this path.
    [[nodiscard]] bool isPlace(const std::string& path) const;

private:
    struct Key {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        auto operator<=>(const Key&) const = default;
    };

    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };

    /// Of a file or folder that is not what or where the snapshot says.
    struct Place {
        std::string path;
        FileIdentity identity;
        KeptPieces pieces;
    };

    /// Behind a change that waits: readers that never pause must not keep it out.
    [[nodiscard]] std::shared_lock<std::shared_mutex> reading() const;
    [[nodiscard]] static Key keyOf(const FileIdentity& identity) noexcept;
    [[nodiscard]] Place find(std::uint32_t node) const;
    [[nodiscard]] const Place* placeOf(const FileIdentity& identity) const;
    [[nodiscard]] Result<File> openAt(std::uint32_t node, const Place& place) const;
    [[nodiscard]] Result<> readPieces(const Place& place, const File& file, std::uint64_t offset,
                                      ByteSpan into) const;
    [[nodiscard]] Result<> check(std::uint32_t node, const File& file, const Place& place) const;

    /// Its nodes in the snapshot, by an index that is made when it is first needed.
    [[nodiscard]] std::span<const std::uint32_t> nodesOf(const FileIdentity& identity) const;
    /// The place that `before` has, made if it has none; null when the snapshot has no part in it.
    [[nodiscard]] Place* known(const Known& before);
    void setPath(const FileIdentity& before, Place& place, const std::string& path);
    void movePrefix(const std::string& from, const std::string& to);

    std::shared_ptr<const Snapshot> m_snapshot;
    FileOpener m_opener;
    mutable std::once_flag m_isIndexed;
    mutable std::vector<std::uint32_t> m_byIdentity; ///< nodes, sorted by device and inode
    std::atomic<bool> m_isChangeWaiting = false;
    mutable std::mutex m_turn;                     ///< held while a change waits for readers
    mutable std::shared_mutex m_mutex;             ///< over the two below
    std::unordered_map<Key, Place, Hash> m_places; ///< by the snapshot's inode
    std::map<std::string, std::vector<Key>> m_byPath;
};

} // namespace fatlas::host
