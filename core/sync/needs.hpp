/// Which changes cannot be made without which others.
///
/// What is in a new or moved folder needs that folder's change, new content of a moved file the
/// move, a name that is taken on the host whoever leaves it, and the end of a folder the end of
/// what was in it. Two that change places need each other.
///
/// Shape:   by places in the list of changes; nothing needs itself.
/// Threads: pure.
#pragma once

#include "core/sync/changes.hpp"

#include <vector>

namespace fatlas::sync {

struct Needs {
    std::vector<std::vector<std::size_t>> of; ///< of each change
    /// Its name on the host belongs to something that leaves it, but not yet: nobody knows whether
    /// it will. So does what needs that.
    std::vector<bool> isTooEarly;
};

/// Whether a name that is taken is waited for; else who comes gets a number.
enum class Names : std::uint8_t { Needed, Numbered };

[[nodiscard]] Needs needsOf(const std::vector<Change>& changes, const KnownTree& known,
                            const GuestTree& guest, const Pairing& pairing, Names names);

} // namespace fatlas::sync
