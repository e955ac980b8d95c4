/// A folder of its own for one test, removed with everything in it at the end.
///
/// Units:    times in nanoseconds since 1970-01-01 UTC.
/// Errors:   a helper that cannot do its work ends the test program with a message: a test on top
///           of a missing file would only mislead.
/// Lifetime: removed by the destructor, also what was made unreadable meanwhile. TMPDIR says where.
#pragma once

#include "core/base/bytes.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace fatlas::test {

class TempFolder {
public:
    TempFolder();
    /// Inside a folder that exists, for tests on a certain file system.
    explicit TempFolder(const std::filesystem::path& parent);
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

    [[nodiscard]] std::filesystem::path operator/(std::string_view relative) const;

    // Each returns the full path; missing parents of it are made.
    std::filesystem::path writeFile(std::string_view relative, ByteView bytes) const;
    std::filesystem::path writeText(std::string_view relative, std::string_view text) const;
    /// `size` reproducible bytes without long runs of zeros; other seeds give other bytes.
    std::filesystem::path writePattern(std::string_view relative, std::uint64_t size,
                                       std::uint64_t seed = 1) const;
    /// A file of `size` bytes that is one hole.
    std::filesystem::path writeHole(std::string_view relative, std::uint64_t size) const;
    std::filesystem::path makeFolder(std::string_view relative) const;
    std::filesystem::path makeSymlink(std::string_view relative,
                                      const std::filesystem::path& target) const;

    /// Of the file, folder or link itself.
    void setTimes(std::string_view relative, std::int64_t modifiedNs,
                  std::int64_t accessedNs) const;
    void setMode(std::string_view relative, unsigned mode) const;

    [[nodiscard]] Bytes readFile(std::string_view relative) const;
    /// Names in the folder itself, hidden ones too.
    [[nodiscard]] std::size_t entryCount() const;

private:
    std::filesystem::path m_path;
};

} // namespace fatlas::test
