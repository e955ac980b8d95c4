/// A folder of the host that things are put into, and that nothing can be made to leave.
///
/// Everything below the folder is opened by one name relative to its parent's descriptor, never
/// through a link. Files appear under their name only when they are whole.
///
/// Units:    sizes and offsets in bytes; times in seconds since 1970-01-01 UTC.
/// Errors:   Refused when a name is taken (by a file, unless Existing::Replace; by something else,
///           always); AccessDenied, NoSpace, Io. Every message names the path.
/// Threads:  one thread at a time.
/// Lifetime: a NewFile that was not finished removes itself.
#pragma once

#include "core/base/file.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace fatlas::image {

enum class Existing : std::uint8_t { Keep, Replace };

struct FileProperties {
    std::uint64_t size = 0;
    std::optional<std::int64_t> modified = std::nullopt; ///< nothing: now
    bool readOnly = false;
};

class NewFile;

class HostFolder {
public:
    /// Makes the folder, and those above it, where missing. A link to a folder is followed: it is
    /// what the user named.
    [[nodiscard]] static Result<HostFolder> open(const std::filesystem::path& path);

    /// The folder `name` inside, made when missing. A link is refused.
    [[nodiscard]] Result<HostFolder> enter(const std::string& name) const;
    /// An empty file that finish() will call `name`.
    [[nodiscard]] Result<NewFile> createFile(const std::string& name, Existing existing) const;
    [[nodiscard]] Result<> setModified(std::int64_t modified) const;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_folder.path(); }

private:
    explicit HostFolder(File folder) : m_folder(std::move(folder)) {}

    File m_folder;
};

/// Holds no descriptor of its folder: finish() and the destructor take the one of the HostFolder,
/// which must outlive it.
class NewFile {
public:
    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile();

    /// Ranges never written read as zeros.
    [[nodiscard]] Result<> writeAt(std::uint64_t offset, ByteView bytes);
    /// Size, times and mode, then the name.
    [[nodiscard]] Result<> finish(const FileProperties& properties);

private:
    friend class HostFolder;
    NewFile(int folder, File file, std::string temporaryName, std::string name, Existing existing);

    [[nodiscard]] Result<> rename();

    int m_folder = -1;
    File m_file;
    std::string m_temporaryName; ///< empty once renamed or moved from
    std::string m_name;
    Existing m_existing;
};

} // namespace fatlas::image
