/// Which entries of a guest's tree can be taken as they stand, and what is wrong with the others.
///
/// Errors:  those of the device: the beginning of a new folder is looked at.
/// Threads: pure, but for that and the log.
#pragma once

#include "core/sync/guest_tree.hpp"

namespace fatlas::sync {

/// Whether a folder may be read from clusters that nobody has written to since they were free.
enum class Folders : std::uint8_t { Written, AsTheyAre };

/// Of each node. `known`: what was there when host and guest agreed last.
[[nodiscard]] Result<std::vector<Health>> judgeHealth(const GuestTree& guest,
                                                      const KnownTree& known, Folders folders);

} // namespace fatlas::sync
