/// What one change on the host does to the tree of what is known: kept in the jail's journal, so
/// that after a crash the tree is again what it was.
///
/// Shape:   entries as they are afterwards; the identities of the host come from the journal, since
///          only it knows them. Runs of clusters that would not fit into a note are left out: what
///          has none is compared anew.
/// Errors:  BadFormat for what is not one.
/// Threads: pure.
#pragma once

#include "core/host/change.hpp"
#include "core/sync/known_tree.hpp"

#include <array>

namespace fatlas::sync {

struct KnownDelta {
    struct Item {
        KnownId id = none;
        bool isRemoved = false;
        KnownEntry entry = {};    ///< without children; of a removed one nothing counts
        bool hasHomeNames = true; ///< false: as they were
        /// Where its identity comes from.
        enum class Identity : std::uint8_t { Kept, Applied, Other } identity = Identity::Kept;
    };

    std::vector<Item> items = {};

    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static Result<KnownDelta> decode(ByteView bytes);
};

/// Of a change that was begun and taken back: its file has other times now, and the same bytes.
void applyTakenBack(KnownTree& known, const KnownDelta& delta, const host::Applied& applied);
/// BadFormat when it does not fit the tree.
[[nodiscard]] Result<> apply(KnownTree& known, const KnownDelta& delta,
                             const host::Applied& applied);

} // namespace fatlas::sync
