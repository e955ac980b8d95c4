/// The two versions of a file that a guest changed: what the folder holds and what the guest has.
///
/// Units:   bytes; times in those of the host.
/// Errors:  a version that is not there, or cannot be read, says so in its `problem`; only
///          Cancelled is an error of readVersions().
/// Threads: readVersions() and saveGuestVersion() block; run them on a worker thread.
#pragma once

#include "core/base/job_control.hpp"

#include "ui/document/volume_content.hpp"

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace fatlas::ui {

struct FileVersion {
    std::optional<std::uint64_t> size = std::nullopt; ///< nothing: there is no such file
    QDateTime time = {};                              ///< of its last change
    std::string start = {};                           ///< its first bytes, at most `maxStart`
    QString problem = {};

    static constexpr std::size_t maxStart = (std::size_t{256} << 10) + 1; ///< says "too long"
};

struct ChangeVersions {
    FileVersion host;
    FileVersion guest;
};

struct VersionsRequest {
    SharedContent content = nullptr;     ///< the disk as guests have it; null: it is no volume
    std::string path = {};               ///< on the disk
    std::filesystem::path hostFile = {}; ///< empty: there is none
    fat::TimeZone zone = {};             ///< in which the disk's times are civil times
};

[[nodiscard]] Result<ChangeVersions> readVersions(const VersionsRequest& request,
                                                  const JobControl& job);

/// Writes the guest's version of `path` as a new file; one of that name is replaced.
[[nodiscard]] Result<> saveGuestVersion(const SharedContent& content, const std::string& path,
                                        const std::filesystem::path& target, const JobControl& job);

} // namespace fatlas::ui
