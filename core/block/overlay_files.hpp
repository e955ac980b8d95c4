/// The files of an overlay on the host: made, opened, locked, cloned.
///
/// Shape:   the data file is as long as the disk, rounded up to 4096 bytes, plus a block of 4096
///          that names the session it belongs to (Keep); sparse.
/// Errors:  as OverlayDevice says.
/// Threads: each call by itself.
#pragma once

#include "core/block/file_device.hpp"
#include "core/block/sector_log.hpp"

#include <filesystem>

namespace fatlas::block {

struct KeepPaths {
    explicit KeepPaths(const std::filesystem::path& folder)
        : data(folder / "disk.data"), log(folder / "disk.log")
    {}

    std::filesystem::path data;
    std::filesystem::path log;
};

/// An empty file without a name that vanishes with its last user; `what` is what errors call it.
[[nodiscard]] Result<File> createNamelessFile(const std::filesystem::path& folder,
                                              const std::string& what);

/// A sparse file without a name that vanishes with its last user.
[[nodiscard]] Result<std::shared_ptr<FileDevice>>
createNamelessData(const std::filesystem::path& folder, std::uint64_t diskSize);

/// Both files, durably, where neither is.
[[nodiscard]] Result<> createKeepFiles(const KeepPaths& paths, std::uint64_t diskSize);

/// Locked; of the right size.
[[nodiscard]] Result<std::shared_ptr<FileDevice>> openKeepData(const KeepPaths& paths,
                                                               std::uint64_t diskSize);

/// Whether the data file and the log were made together: Refused when not.
[[nodiscard]] Result<> checkSession(const FileDevice& data, const SessionId& session);

/// What a data file holds in its sectors with SectorState::Data, in a nameless file of its own:
/// sharing blocks where the file system can.
[[nodiscard]] Result<std::shared_ptr<FileDevice>>
cloneData(const FileDevice& data, const SectorStates& states, const std::filesystem::path& folder);

} // namespace fatlas::block
