/// A file that appears under its name only when it is whole.
///
/// Until commit() the bytes lie in a hidden file with a unique name in the target's own folder;
/// commit() syncs it, renames it over the target's name and syncs the folder. A symbolic link as
/// target is followed: the file it leads to is replaced and the link stays. The new file gets the
/// permissions any new file gets (0666 less the umask), also when it replaces one.
///
/// Errors:   InvalidArgument for a folder or an empty name; Refused when the name is taken and
///           Existing::Keep, or taken by something that is not a file; NotFound for a missing
///           folder; AccessDenied or ReadOnly for one that cannot be written.
/// Lifetime: the destructor removes the hidden file unless it was committed. Only a killed process
///           leaves one behind (".fatlas-*.part").
/// Threads:  one at a time.
#pragma once

#include "core/base/file.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace fatlas {

class AtomicFile {
public:
    enum class Existing : std::uint8_t { Keep, Replace };

    [[nodiscard]] static Result<AtomicFile> create(const std::filesystem::path& target,
                                                   Existing existing);

    AtomicFile(AtomicFile&&) noexcept = default;
    AtomicFile& operator=(AtomicFile&&) = delete;
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    /// Open for reading and writing; errors call it by the target's name.
    [[nodiscard]] File& file() noexcept { return m_file; }

    /// After success the target is there, durably. With Existing::Keep a file that appeared
    /// meanwhile is Refused and stays as it is.
    [[nodiscard]] Result<> commit();

private:
    AtomicFile(File folder, File file, std::string temporaryName, std::string name,
               Existing existing);

    [[nodiscard]] Result<> rename();

    File m_folder;
    File m_file;
    std::string m_temporaryName; ///< empty once there is nothing to remove
    std::string m_name;
    Existing m_existing;
};

} // namespace fatlas
