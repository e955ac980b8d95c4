/// The end of a session's folder. It has another name before its files go, so that whoever looks
/// finds a whole session or none, whenever the process ends.
///
/// Errors: Io, naming the folder.
#pragma once

#include "core/base/error.hpp"

#include <filesystem>

namespace fatlas::serve {

/// From now on the folder is no session. Call it while the session's lock is held; the folder's new
/// path.
[[nodiscard]] Result<std::filesystem::path> retireSession(const std::filesystem::path& folder);
[[nodiscard]] Result<> removeRetired(const std::filesystem::path& folder);
/// Folders that a process did not come to remove.
void removeLeftovers(const std::filesystem::path& sessions);
[[nodiscard]] bool isRetired(const std::filesystem::path& folder);

} // namespace fatlas::serve
