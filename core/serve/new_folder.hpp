/// A folder that appears under its name only when everything in it is whole.
///
/// Until commit() it lies beside that name, as NAME.xxxxxxxx.part, locked (flock); what a killed
/// process leaves is told from what is being made by that lock.
///
/// Errors:   those of the file system, naming the path.
/// Lifetime: removed by the destructor unless it got its name.
/// Threads:  one.
#pragma once

#include "core/base/file.hpp"

#include <filesystem>

namespace fatlas::serve {

class NewFolder {
public:
    [[nodiscard]] static Result<NewFolder> make(const std::filesystem::path& target);

    NewFolder(NewFolder&& other) noexcept;
    NewFolder& operator=(NewFolder&&) = delete;
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    ~NewFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

    /// Durably. The name must be free.
    [[nodiscard]] Result<> commit();

private:
    NewFolder(std::filesystem::path path, std::filesystem::path target, File folder);

    std::filesystem::path m_path; ///< empty once it is not ours to remove
    std::filesystem::path m_target;
    File m_folder; ///< holds the lock
};

/// What killed processes left of such folders in `parent`; what cannot be removed now stays.
void removeUnfinishedFolders(const std::filesystem::path& parent);

} // namespace fatlas::serve
