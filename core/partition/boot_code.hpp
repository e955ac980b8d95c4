/// Fatlas's own master boot code.
///
/// Loads the first sector of the active partition to 0000:7C00 and jumps there with DL = the drive
/// and DS:SI = the entry; int 13h extensions where the BIOS has them, else C/H/S, five attempts.
/// Without an active partition, or without 55 AA in what was loaded, it says so, waits for a key
/// and lets the BIOS try the next device (int 18h). Needs an 8086.
#pragma once

#include "core/base/bytes.hpp"

namespace fatlas::partition {

/// At most 440 bytes.
[[nodiscard]] ByteView masterBootCode() noexcept;

} // namespace fatlas::partition
