/// Files and folders of a volume become files and folders of the host.
///
/// Findings: X1 a name the host cannot hold, and what it became; X2 a file whose content is not all
///           there (what could be read is saved); X3 a file that exists already and was kept; X4 a
///           file or folder that could not be made; X5 folders deeper than can be followed. Damage
///           of directories keeps the rules of core/fat.
/// Units:    bytes.
/// Errors:   only what stops everything: the destination cannot be used, NoSpace, ReadOnly,
///           Cancelled. Files that were whole by then stay; the one in work is removed.
/// Threads:  blocking; run it on a worker thread. Progress in bytes of content.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/job_control.hpp"
#include "core/fat/timestamp.hpp"
#include "core/fat/volume.hpp"
#include "core/image/host_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace fatlas::image {

struct ExtractOptions {
    std::filesystem::path destination; ///< made when missing
    Existing existing = Existing::Keep;
    fat::TimeZone timeZone = {}; ///< in which the disk's times are civil times
};

struct ExtractReport {
    std::uint64_t fileCount = 0;
    std::uint64_t folderCount = 0; ///< without the destination
    std::uint64_t contentSize = 0;
    std::vector<Finding> findings;
};

/// `path` "/" puts the content of the volume into the destination; any other file or folder is put
/// there under its own name. Restores modification times, and the read-only attribute of files.
[[nodiscard]] Result<ExtractReport> extract(const fat::Volume& volume, std::string_view path,
                                            const ExtractOptions& options,
                                            const JobControl& job = {});

} // namespace fatlas::image
