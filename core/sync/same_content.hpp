/// Whether a file of the host holds what the guest has, byte for byte.
///
/// Errors:  none: what cannot be read, or is not the file that is meant, does not hold it.
/// Threads: blocking.
#pragma once

#include "core/sync/guest_tree.hpp"

#include <filesystem>

namespace fatlas::sync {

/// `identity` of the file under `path` as it must be, before and after it was read.
[[nodiscard]] bool hostHolds(const std::filesystem::path& path, const FileIdentity& identity,
                             const GuestTree& guest, std::uint32_t node);

} // namespace fatlas::sync
