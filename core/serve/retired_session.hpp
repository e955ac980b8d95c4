/// The end of a session whose writes are home. Its folder has another name before the first of its
/// traces goes, so that whoever looks finds a session that can be gone on with, or none; what is
/// left of one whose process ended meanwhile is removed by the next.
///
/// Errors: Io, naming the folder; those of host::Jail.
#pragma once

#include "core/host/jail.hpp"

#include <filesystem>

namespace fatlas::serve {

/// Ends the jail, which holds the folder's lock, and removes the session. After an error the
/// session is as it was, or its traces wait for removeLeftovers().
[[nodiscard]] Result<host::JailEnd> retireSession(const std::filesystem::path& session,
                                                  host::Jail& jail, host::Jail::Deleted deleted);
/// One that nobody has written to yet, with what it made in the folder of the host; its lock is
/// free. What cannot be removed waits for removeLeftovers().
void abandonSession(const std::filesystem::path& session);
/// Of sessions that were retired and could not be removed, or never began; what cannot be removed
/// now is left.
void removeLeftovers(const std::filesystem::path& sessions);
[[nodiscard]] bool isRetired(const std::filesystem::path& session);

} // namespace fatlas::serve
