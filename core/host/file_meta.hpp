/// Owner, mode, access lists, extended attributes and times of host files.
///
/// Errors:  0 or an errno value.
/// Threads: any.
/// Source:  the attribute of change.hpp; acl(5), capabilities(7): what the kernel takes from a file
///          that is written to (set-user-id, capabilities) is not given to new content either.
#pragma once

#include "core/host/change.hpp"
#include "core/host/host_stat.hpp"

#include <sys/stat.h>

namespace fatlas::host {

/// From the file at `from` to the new one at `to`; an error when anything cannot be copied.
[[nodiscard]] int copyMeta(int from, int to);

/// What `meta` asks for, the time last. What the file system has no room for (user attributes) is
/// passed over.
[[nodiscard]] int applyMeta(int descriptor, const FileMeta& meta);

/// Whether this user may write a file by its mode and access list; root too is bound when nobody
/// may.
[[nodiscard]] bool isWritable(int folder, const char* name, const HostStat& stat);

/// FAT's bits as stored with a file; nothing when there are none (that can be read).
[[nodiscard]] std::optional<std::uint8_t> storedAttributes(int descriptor);

} // namespace fatlas::host
