/// The folder a user named, as an absolute path.
///
/// Without "." and ".." and without a slash at the end; links stay as written where that is
/// possible, so that messages show what the user knows.
///
/// Errors: NotFound and others of the system, when the way back up cannot be resolved.
#pragma once

#include "core/base/error.hpp"

#include <filesystem>

namespace fatlas::host {

[[nodiscard]] Result<std::filesystem::path> rootPath(const std::filesystem::path& folder);

} // namespace fatlas::host
