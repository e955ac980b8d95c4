/// What a look at the host becomes in a snapshot.
#pragma once

#include "core/host/host_stat.hpp"
#include "core/host/snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace fatlas::host {

/// Nothing for files and folders, and for links: those are judged by where they lead.
[[nodiscard]] std::optional<LeftOutReason> reasonToLeaveOut(HostKind kind) noexcept;

/// What a listing (DT_REG, DT_DIR ...) says about an entry that may not be looked at; a file where
/// it does not say.
[[nodiscard]] HostKind kindOfEntry(std::uint8_t type) noexcept;

[[nodiscard]] Node nodeOf(std::string name, std::uint32_t parent, const HostStat& stat);

} // namespace fatlas::host
