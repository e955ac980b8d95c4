/// Who may read a file stays as it was when another one takes its name.
///
/// Errors:  those of the system.
/// Threads: blocking.
#pragma once

#include "core/base/file.hpp"

#include <filesystem>

namespace fatlas::vhd {

/// Gives `target` the permissions of the file at `path`, and its owner where we may set one.
[[nodiscard]] Result<> keepAccess(const std::filesystem::path& path, const File& target);

} // namespace fatlas::vhd
