/// Opens a file of a snapshot for reading, and only if it is still that file.
///
/// Works for paths longer than PATH_MAX and for links that the scan followed. Never waits for a
/// FIFO that took the file's place.
///
/// Errors:  Changed when it is not the file (or not the content) that was scanned; NotFound,
///          AccessDenied or Io from the system. All name the file.
/// Threads: safe from many threads at once.
/// Lifetime: a FileOpener refers to its snapshot, and keeps the folder open from the first file on.
#pragma once

#include "core/base/file.hpp"
#include "core/host/descriptor.hpp"
#include "core/host/snapshot.hpp"

#include <mutex>

namespace fatlas::host {

class FileOpener {
public:
    explicit FileOpener(const Snapshot& snapshot) : m_snapshot(snapshot) {}

    [[nodiscard]] Result<File> open(std::uint32_t node) const;

    /// The folder that was scanned, or whatever now stands in its place: each file is looked at.
    [[nodiscard]] Result<int> root() const;

private:
    const Snapshot& m_snapshot;
    mutable std::mutex m_mutex;
    mutable Descriptor m_root;
};

} // namespace fatlas::host
