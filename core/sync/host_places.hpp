/// Where an entry of the guest belongs on the host.
///
/// Threads: pure.
#pragma once

#include "core/sync/known_tree.hpp"
#include "core/sync/pairing.hpp"

#include <string>

namespace fatlas::sync {

/// In the folder `parent`: an entry that keeps its name in the guest keeps that on the host; else
/// the name that somebody had there from the beginning, or one made from the guest's. Does not look
/// at who is there. `entry`: what is known of it; nullptr: it is new.
[[nodiscard]] std::string wantedHostName(const KnownEntry& parent, const KnownEntry* entry,
                                         const fat::TreeNode& node);

/// It is under another name or in another folder than the host has it.
[[nodiscard]] bool isElsewhere(const KnownEntry& entry, const fat::TreeNode& node, KnownId parent);

/// Of a node, relative, as it would be if nobody stood in the way.
[[nodiscard]] std::string wantedHostPath(const KnownTree& known, const GuestTree& guest,
                                         const Pairing& pairing, std::uint32_t node);

} // namespace fatlas::sync
