/// Runs somebody else's command in a shell, and tells how it ended.
///
/// Errors:  those of the system when there is no shell or no process to be had.
/// Threads: blocks until the command has ended; a stop request sends it SIGTERM.
#pragma once

#include "core/base/error.hpp"

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace fatlas::cli {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// With `variables` on top of this program's environment. The exit status, or 128 + the signal
/// that ended it.
[[nodiscard]] Result<int> runCommand(const std::string& command, const Variables& variables,
                                     const std::stop_token& stop);

} // namespace fatlas::cli
