/// An open file of the host: whole reads and writes at offsets, and who it is.
///
/// Units:    offsets and sizes in bytes, times in nanoseconds since 1970-01-01 UTC.
/// Errors:   every failure names the path. A read past the end is OutOfRange.
/// Threads:  readAt and writeAt may run in parallel; close may not.
/// Lifetime: the descriptor is closed by the destructor; close() reports what that would hide.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

#include <cstdint>
#include <filesystem>

namespace fatlas {

/// What makes a host file the same file with the same content as before.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modifiedNs = 0;
    std::int64_t changedNs = 0; ///< status change time (ctime)

    bool operator==(const FileIdentity&) const = default;
};

class File {
public:
    enum class Access : std::uint8_t { Read, ReadWrite };

    [[nodiscard]] static Result<File> open(const std::filesystem::path& path,
                                           Access access = Access::Read);
    /// Takes a descriptor over; `name` is what errors call it.
    [[nodiscard]] static File adopt(int descriptor, std::filesystem::path name);

    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File();

    [[nodiscard]] int descriptor() const noexcept { return m_descriptor; }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

    [[nodiscard]] Result<FileIdentity> identity() const;
    /// Size of a regular file or of a block device.
    [[nodiscard]] Result<std::uint64_t> size() const;
    /// Fills all of `into` or fails.
    [[nodiscard]] Result<> readAt(std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<> writeAt(std::uint64_t offset, ByteView bytes);
    [[nodiscard]] Result<> resize(std::uint64_t size);
    [[nodiscard]] Result<> sync();
    [[nodiscard]] Result<> close();

private:
    File(int descriptor, std::filesystem::path path);

    int m_descriptor = -1;
    std::filesystem::path m_path;
};

/// Reads a whole file of at most `limit` bytes; larger is Limit.
[[nodiscard]] Result<Bytes> readWholeFile(const std::filesystem::path& path, std::uint64_t limit);

} // namespace fatlas
