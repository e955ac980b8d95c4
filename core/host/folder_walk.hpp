/// Visits a folder and every folder below it, never through a symbolic link, and not the keep.
///
/// Shape:   depth-first with one descriptor at a time; the way back up is "..", checked.
/// Errors:  an errno value from the visitor ends the walk. Folders that vanish or may not be
///          opened are passed over.
/// Threads: blocking; looks at `stop` once per folder.
#pragma once

#include "core/host/host_stat.hpp"

#include <functional>
#include <stop_token>

namespace fatlas::host {

enum class WalkEnd : std::uint8_t {
    Complete,
    Moved, ///< a folder was moved away during the walk: walk again
    Stopped,
};

/// `visit` gets a descriptor of each folder before its names are read; 0 or an errno value.
[[nodiscard]] SystemResult<WalkEnd> walkFolders(const char* root, const std::stop_token& stop,
                                                const std::function<int(int)>& visit);

} // namespace fatlas::host
