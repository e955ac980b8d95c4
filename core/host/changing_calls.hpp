/// The system calls with which the jail changes names and what hangs on them.
///
/// Each asks core/base/call_hook.hpp first, so that a test can make it fail or end the process.
///
/// Errors:  0 or an errno value.
/// Threads: any.
#pragma once

#include "core/host/host_stat.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace fatlas::host {

/// A name in an open folder. Short-lived: points at both.
struct NameAt {
    int folder;
    const char* name;
};

/// Never replaces; EEXIST. Where the file system has no such call, files are linked and unlinked
/// and folders are looked for first (a folder can only replace an empty one).
[[nodiscard]] int renameTo(NameAt from, NameAt to);
/// EINVAL or ENOSYS where the file system cannot.
[[nodiscard]] int exchangeNames(NameAt a, NameAt b);
/// Another spelling of a name where the file system takes both for one.
[[nodiscard]] int respell(NameAt from, NameAt to);

[[nodiscard]] int makeFolderAt(NameAt name);
[[nodiscard]] int removeFileAt(NameAt name);
[[nodiscard]] int removeFolderAt(NameAt name); ///< ENOTEMPTY when something is in it
/// A new file, open for reading and writing.
[[nodiscard]] SystemResult<int> createFileAt(NameAt name, mode_t mode);
/// A nameless one in a folder.
[[nodiscard]] SystemResult<int> createNameless(int folder);

// Of whatever the descriptor stands for, O_PATH too.
[[nodiscard]] int setMode(int descriptor, mode_t mode);
[[nodiscard]] int setOwner(int descriptor, uid_t owner, gid_t group);
/// Of modification; that of access stays.
[[nodiscard]] int setModified(int descriptor, std::int64_t ns);
[[nodiscard]] int setAttribute(int descriptor, const char* name, const std::string& value);
[[nodiscard]] int removeAttribute(int descriptor, const char* name);
[[nodiscard]] SystemResult<std::string> getAttribute(int descriptor, const char* name);

/// Name of a descriptor, for calls that take no descriptor of the O_PATH kind.
[[nodiscard]] std::string nameOf(int descriptor);

/// Of a folder. File systems that have nothing to sync for one are content.
[[nodiscard]] int syncFolder(int folder);
[[nodiscard]] int syncFileSystem(int folder);

} // namespace fatlas::host
