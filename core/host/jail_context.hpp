/// What all changes of a jail share, and how each of them begins and ends.
///
/// Threads: any; each part guards itself.
#pragma once

#include "core/host/beneath.hpp"
#include "core/host/changing_calls.hpp"
#include "core/host/folder_lock.hpp"
#include "core/host/journal.hpp"
#include "core/host/keep.hpp"
#include "core/host/kept_files.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fatlas::host {

/// Files that the session made itself, as it left them: what they held is the guest's anyway.
class MadeFiles {
public:
    void add(const FileIdentity& file);
    [[nodiscard]] bool has(const FileIdentity& file) const;
    /// It is one no more, or (with `after`) a changed one.
    void change(const FileIdentity& before, const FileIdentity* after);

private:
    mutable std::mutex m_mutex;
    std::unordered_map<std::uint64_t, FileIdentity> m_files; ///< by inode
};

/// Folders and files whose names or metadata are with the kernel, but perhaps not on the medium.
class Unsynced {
public:
    void add(int descriptor);
    void addAll();
    /// All that were added, once each; the whole file system when there are many.
    [[nodiscard]] Result<> sync(int root);

private:
    static constexpr std::size_t maxSingle = 64;

    std::mutex m_mutex;
    std::unordered_map<std::uint64_t, Descriptor> m_open; ///< by inode
    bool m_isAll = false;
};

struct JailContext {
    FolderLock folder;
    std::shared_ptr<KeptFiles> kept;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Keep> keep;
    MadeFiles made;
    Unsynced unsynced;
    std::atomic<bool> isUnsettled = false; ///< a change could be neither made nor taken back

    [[nodiscard]] int root() const noexcept { return folder.descriptor(); }
};

/// The disk of the snapshot goes on reading what it read. Also for a change from the journal.
void tellKept(KeptFiles::Change& kept, const Keep& keep, const Begun& begun, const Ended& ended);
/// What is kept, and what the session made.
void tellContext(JailContext& context, const Begun& begun, const Ended& ended);

/// A change between its two records.
class RunningChange {
public:
    /// The first record is on the medium.
    [[nodiscard]] static Result<RunningChange> begin(JailContext& context, Begun begun);

    RunningChange(RunningChange&& other) noexcept
        : m_context(std::exchange(other.m_context, nullptr)), m_begun(std::move(other.m_begun)),
          m_number(other.m_number)
    {}

    RunningChange& operator=(RunningChange&&) = delete;
    RunningChange(const RunningChange&) = delete;
    RunningChange& operator=(const RunningChange&) = delete;

    /// It was not made, unless end() said so.
    ~RunningChange();

    [[nodiscard]] const Begun& begun() const noexcept { return m_begun; }

    [[nodiscard]] Keep& keep() const noexcept { return *m_context->keep; }

    /// The second record; tells everybody but the kept files.
    Applied end(Ended ended);
    /// No second record: the next to open the jail settles it.
    void leaveOpen() noexcept;

private:
    RunningChange(JailContext& context, Begun begun, std::uint64_t number)
        : m_context(&context), m_begun(std::move(begun)), m_number(number)
    {}

    JailContext* m_context;
    Begun m_begun;
    std::uint64_t m_number;
};

/// What is under the name; conflicts Missing, NotAFile (of another kind), Changed.
[[nodiscard]] ChangeResult<HostStat> lookAt(const Spot& spot);
[[nodiscard]] ChangeResult<Known> lookBeneath(int root, const std::string& path);
[[nodiscard]] ChangeResult<HostStat> checkKnown(const Spot& spot, const Known& known);

[[nodiscard]] inline Known asKind(Known known, NodeKind kind)
{
    known.kind = kind;
    return known;
}

/// A name that is free, else the conflict Exists.
[[nodiscard]] ChangeResult<> checkFree(const Spot& spot);

/// What a file is after its name changed: somebody who wrote to it meanwhile is not hidden by that.
[[nodiscard]] FileIdentity afterRename(const Spot& spot, const FileIdentity& before);

[[nodiscard]] inline NameAt nameAt(const Spot& spot)
{
    return {.folder = spot.folder.get(), .name = spot.name.c_str()};
}

/// Path of another name in the same folder.
[[nodiscard]] std::string siblingPath(const std::string& path, const std::string& name);

[[nodiscard]] std::unexpected<ChangeError> failChange(int error, const std::string& what);
[[nodiscard]] std::unexpected<ChangeError> failChange(ConflictKind kind, std::string message);
[[nodiscard]] std::unexpected<ChangeError> failChanged(const Spot& spot);

} // namespace fatlas::host
