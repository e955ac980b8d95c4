/// Files and folders that Fatlas makes for itself, and that nobody else may look into.
///
/// Each call asks call_hook.hpp first, so that a test can stand between the engine and the disk.
///
/// Errors:  those of the file system, naming the path.
/// Threads: any.
#pragma once

#include "core/base/file.hpp"

#include <filesystem>

namespace fatlas {

/// A new file, open for reading and writing.
[[nodiscard]] Result<File> makeOwnFile(const std::filesystem::path& path);
/// A new folder in one that exists.
[[nodiscard]] Result<> makeOwnFolder(const std::filesystem::path& path);
/// A folder gets another name that must be free.
[[nodiscard]] Result<> renameOwnFolder(const std::filesystem::path& from,
                                       const std::filesystem::path& to);
/// The names in it are on the medium.
[[nodiscard]] Result<> syncOwnFolder(const std::filesystem::path& path);
/// A file, or a folder with everything in it; links are not followed. Good when it is not there.
[[nodiscard]] Result<> removeOwn(const std::filesystem::path& path);

} // namespace fatlas
