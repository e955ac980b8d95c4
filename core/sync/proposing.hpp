/// Changes as a person sees them, and told apart from what they were in the pass before.
///
/// Threads: one; reads the log of writes.
#pragma once

#include "core/sync/needs.hpp"
#include "core/sync/review.hpp"

#include <vector>

namespace fatlas::sync {

[[nodiscard]] ChangeKey keyOf(const Change& change, const GuestTree& guest);

/// What the guest has of it, but for what makes no difference to this kind of change.
[[nodiscard]] ChangeState stateOf(const Change& change, const GuestTree& guest);

/// One for each change, in the same order.
[[nodiscard]] std::vector<Review::Candidate>
candidatesFor(const std::vector<Change>& changes, const Needs& needs, const KnownTree& known,
              const GuestTree& guest, const Pairing& pairing);

} // namespace fatlas::sync
