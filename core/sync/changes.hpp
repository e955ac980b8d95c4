/// What has to happen on the host so that it is as the guest has it.
///
/// Shape:   in the order in which it is carried out: folders are made and entries moved from the
///          top down, then contents, attributes and times, then deletions from the bottom up.
/// Threads: pure.
#pragma once

#include "core/sync/pairing.hpp"

#include <functional>
#include <string>
#include <vector>

namespace fatlas::sync {

enum class ChangeKind : std::uint8_t {
    MakeFolder,
    Move, ///< another folder, another name, or another case
    CreateFile,
    WriteFile,
    SetMeta, ///< times, attributes
    Update,  ///< the guest holds it elsewhere, and the host knows no difference
    RemoveFile,
    RemoveFolder,
};

[[nodiscard]] const char* toString(ChangeKind kind) noexcept; ///< "create", for machines

struct Change {
    ChangeKind kind = ChangeKind::Update;
    std::uint32_t node = none; ///< in the guest's tree; none: it is gone
    KnownId known = none;      ///< none: it is new
};

/// Why a change is not made now.
struct Waiting {
    std::uint32_t node = none;
    KnownId known = none;
    std::string path = {}; ///< in the guest, "/DOCS/A.TXT"
    std::string reason = {};
    bool isSettling = false; ///< nothing is wrong with it: it was written a moment ago
};

/// Asked once for each entry that differs: why it should wait, nothing when it may be taken.
struct Patience {
    /// It is complete.
    std::function<bool(std::uint32_t node, const std::string& path)> hasSettled;
    /// It has a flaw that may go away; how it is now is all there is when this is over.
    std::function<bool(const std::string& path, const std::string& reason)> isOver;
    /// It is gone and stays gone.
    std::function<bool(KnownId id, const std::string& path)> stayedGone;
};

struct ChangeSet {
    std::vector<Change> changes;
    std::vector<Waiting> waiting;
};

[[nodiscard]] ChangeSet planChanges(const KnownTree& known, const GuestTree& guest,
                                    const Pairing& pairing, const Patience& patience);

/// Times or attributes differ from what the host was told last.
[[nodiscard]] bool hasOtherMeta(const KnownEntry& entry, const fat::DirectoryEntryRaw& now);

/// As guestPath of a node, for entries that are gone.
[[nodiscard]] std::string guestPath(const KnownTree& known, KnownId id);

/// Something of an entry's content may be another than what the host has.
[[nodiscard]] bool isContentTouched(const KnownEntry& entry, const GuestTree& guest,
                                    std::uint32_t node);

} // namespace fatlas::sync
