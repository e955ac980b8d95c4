/// Reads the tree of the guest's disk again and again, and only what was written to in between.
///
/// A chain is what its FAT entries say, a folder what its clusters hold. Where the log of writes
/// knows of no write to them, what was read the last time is taken over, so that a tree is what a
/// whole new reading would give, and costs what was changed.
///
/// Invariants: nothing was forgotten in the log (WriteLog::forget) that is newer than the tree read
///             last. An error leaves nothing to build on: the next tree is read in full.
/// Threads:    one.
#pragma once

#include "core/sync/guest_tree.hpp"

#include <unordered_set>
#include <vector>

namespace fatlas::sync {

class TreeMemory {
public:
    /// Fills in tree and owned; disk, stamp and volume are given.
    [[nodiscard]] Result<> read(GuestTree& guest, const JobControl& job);

    /// The next tree is read in full.
    void forget() noexcept { m_past = {}; }

    struct Past {
        GuestTree guest = {};                       ///< without health; without a tree: nothing
        std::vector<std::uint32_t> folders = {};    ///< nodes, in order
        std::unordered_set<std::uint32_t> odd = {}; ///< first clusters of folders with findings
    };

private:
    Past m_past;
};

} // namespace fatlas::sync
