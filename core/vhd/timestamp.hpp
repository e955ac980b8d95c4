/// Seconds since 2000-01-01 00:00 UTC, as VHDs count time.
///
/// Threads: plain functions.
#pragma once

#include <cstdint>
#include <string>

namespace fatlas::vhd {

/// Clamped to what 32 bits hold: 2000 to 2136.
[[nodiscard]] std::uint32_t timeStampFromUnix(std::int64_t seconds) noexcept;
[[nodiscard]] std::int64_t unixFromTimeStamp(std::uint32_t timeStamp) noexcept;
[[nodiscard]] std::uint32_t timeStampNow() noexcept;
/// "2024-05-17 08:30:00 UTC"
[[nodiscard]] std::string formatTimeStamp(std::uint32_t timeStamp);

} // namespace fatlas::vhd
