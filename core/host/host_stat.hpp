/// One look at one name of the host, never following a symbolic link.
///
/// Units:  times in nanoseconds since 1970-01-01 UTC; beyond what 64 bits hold (1677-2262) they
///         are the nearest that fits.
/// Errors: an errno value; what it means depends on who asks.
/// Source: statx(2).
#pragma once

#include "core/base/file.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <sys/types.h>

namespace fatlas::host {

enum class HostKind : std::uint8_t { File, Directory, Link, Socket, Fifo, Device };

struct HostStat {
    HostKind kind = HostKind::File;
    mode_t mode = 0;
    uid_t owner = 0;
    std::int64_t accessedNs = 0;
    std::optional<std::int64_t> createdNs = std::nullopt;
    FileIdentity identity = {}; ///< holds size, time of modification and of status change

    /// The same thing, whatever happened to its content.
    [[nodiscard]] bool isSameAs(const FileIdentity& other) const noexcept
    {
        return identity.device == other.device && identity.inode == other.inode;
    }
};

template <class T>
using SystemResult = std::expected<T, int>; ///< errno

/// This process has run out of something: no fault of the file, and no reason to pass it over.
[[nodiscard]] bool isShortage(int error) noexcept;

[[nodiscard]] SystemResult<HostStat> statAt(int folder, const char* name);
/// Of the descriptor itself; one opened with O_PATH will do.
[[nodiscard]] SystemResult<HostStat> statOf(int descriptor);

/// From the st_mode bits of a file.
[[nodiscard]] HostKind kindOf(mode_t mode) noexcept;

/// What an open for reading would say to the (effective) user `self`, without opening.
[[nodiscard]] bool isReadable(int folder, const char* name, const HostStat& stat, uid_t self);

} // namespace fatlas::host
