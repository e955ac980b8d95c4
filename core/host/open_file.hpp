/// Opens a file of a snapshot for reading, and only if it is still that file.
///
/// Works for paths longer than PATH_MAX and for links that the scan followed. Never waits for a
/// FIFO that took the file's place.
///
/// Errors:  Changed when it is not the file (or not the content) that was scanned; NotFound,
///          AccessDenied or Io from the system. All name the file.
/// Threads: safe from many threads at once.
#pragma once

#include "core/base/file.hpp"
#include "core/host/snapshot.hpp"

namespace fatlas::host {

[[nodiscard]] Result<File> openFile(const Snapshot& snapshot, std::uint32_t node);

} // namespace fatlas::host
