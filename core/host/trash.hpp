/// The desktop's trash: where a file goes that a person may want back.
///
/// Shape:   the home trash for files on its file system, else ".Trash-UID" (or ".Trash/UID") at the
///          top of the file's own. Each file has an entry in "info" that says where it was and
///          when it was deleted.
/// Errors:  those of the file system; then the file is where it was.
/// Threads: any.
/// Source:  freedesktop.org Trash specification 1.0.
#pragma once

#include "core/base/error.hpp"

#include <filesystem>

namespace fatlas::host {

class Trash {
public:
    /// For files on the file system of this folder.
    [[nodiscard]] static Result<Trash> open(const std::filesystem::path& folder);

    /// `original` is the absolute path it is shown with.
    [[nodiscard]] Result<> put(const std::filesystem::path& file,
                               const std::filesystem::path& original) const;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

private:
    Trash(std::filesystem::path path, std::filesystem::path top)
        : m_path(std::move(path)), m_top(std::move(top))
    {}

    std::filesystem::path m_path;
    std::filesystem::path m_top; ///< paths below it are written relative to it; empty: home trash
};

} // namespace fatlas::host
