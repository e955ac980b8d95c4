/// A session whose writes are kept: a folder with what guests wrote and how the disk is made again.
///
/// Shape:   the folder holds `session` (session_record.hpp), `disk.data` and `disk.log`
///          (block/overlay_device.hpp). It appears under its name only when all three are whole.
/// Errors:  Refused when it holds a session of another source or with other options, is something
///          else, lies in the folder that is served, or is in use; Changed when an image below is
///          no longer the one it was made over; Unsupported when this version of Fatlas would lay
///          the disk out differently; those of image::openDisk and OverlayDevice.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/block/overlay_device.hpp"
#include "core/host/kept_files.hpp"
#include "core/image/image.hpp"
#include "core/serve/session_record.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fatlas::serve {

struct KeptDisk {
    image::OpenedDisk opened;
    std::shared_ptr<block::OverlayDevice> overlay;
    std::vector<Finding> findings; ///< S1: a file changed and is held. S2: new files are not shown
    /// HostFiles::Followed, and the source is a folder: where its files are by now.
    std::shared_ptr<host::KeptFiles> hostFiles = nullptr;
};

/// Whether the files of a folder stay where they are, or are moved about by the session itself.
enum class HostFiles : std::uint8_t { Fixed, Followed };

/// Opened when the folder is there, else made.
[[nodiscard]] Result<KeptDisk> openKept(const std::string& source,
                                        const image::OpenOptions& options,
                                        const std::filesystem::path& folder,
                                        const JobControl& job = {},
                                        HostFiles hostFiles = HostFiles::Fixed);

/// What a folder in which a session is kept says about it; Refused when it is none.
[[nodiscard]] Result<SessionRecord> readSessionRecord(const std::filesystem::path& folder);

} // namespace fatlas::serve
