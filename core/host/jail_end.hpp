/// What is left of a session in the shared folder goes.
///
/// Errors:  those of the file system; it may be tried again.
/// Threads: one, when nobody else uses the jail any more.
#pragma once

#include "core/host/jail.hpp"
#include "core/host/jail_context.hpp"

namespace fatlas::host {

/// Kept files somebody wrote to stay, and the keep with them.
[[nodiscard]] Result<JailEnd> emptyKeep(const JailContext& context, Jail::Deleted deleted);

} // namespace fatlas::host
