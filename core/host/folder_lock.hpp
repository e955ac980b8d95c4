/// A folder that only this session may change.
///
/// The folder itself is locked, and each folder above it is marked as having a locked one below:
/// so the same folder, a folder inside it and a folder around it are all refused to others. The
/// kernel ends the lock with the process, however that ends.
///
/// Errors:   Refused when it overlaps a folder that is in use; NotFound, AccessDenied and others of
///           the system; InvalidArgument for what is no folder.
/// Threads:  immutable.
/// Lifetime: locked until destroyed.
/// Source:   flock(2): exclusive on the folder, shared on those above it.
#pragma once

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/host/descriptor.hpp"

#include <filesystem>
#include <vector>

namespace fatlas::host {

class FolderLock {
public:
    [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);

    /// Absolute.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

    /// Of the folder, open for reading.
    [[nodiscard]] int descriptor() const noexcept { return m_folder.get(); }

private:
    FolderLock() = default;

    std::filesystem::path m_path;
    Descriptor m_folder;
    std::vector<Descriptor> m_above;
};

} // namespace fatlas::host
