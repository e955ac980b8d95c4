/// Internal to planRepair(): whether a cluster begins a folder, and whether an entry is one that
/// somebody made.
#pragma once

#include "core/fat/directory_entry.hpp"
#include "core/fat/repair/repair_session.hpp"

namespace fatlas::fat {

struct FolderEvidence {
    bool hasDot = false;    ///< `.` points to the cluster itself
    bool hasDotDot = false; ///< `..` is the second slot
    bool isEmpty = false;   ///< nothing but free slots
    std::uint32_t sensible = 0;
    std::uint32_t senseless = 0;

    /// At least one of the two is there.
    [[nodiscard]] bool hasMarks() const { return hasDot || hasDotDot; }
};

[[nodiscard]] Result<FolderEvidence> lookAtFolder(const RepairSession& session, Cluster first);

/// Attributes, name and cluster are all nonsense: no driver wrote this.
[[nodiscard]] bool isSenseless(const RepairSession& session, const DirectoryEntryRaw& raw);

} // namespace fatlas::fat
