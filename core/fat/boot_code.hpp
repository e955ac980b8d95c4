/// The program in a boot sector: our own, and what a user's must look like to be merged with a BPB.
///
/// Units:   byte offsets inside the sector.
/// Shape:   16-bit x86 code, loaded by the BIOS at 0000:7C00 (or 07C0:0000).
/// Errors:  InvalidArgument says what about the user's sector does not fit.
/// Threads: pure functions.
/// Source:  rules B18, B19 in FORMAT.md.
#pragma once

#include "core/base/bytes.hpp"
#include "core/fat/geometry.hpp"

#include <cstddef>
#include <optional>

namespace fatlas::fat {

/// Runs wherever it is put: prints that the disk is not bootable, waits for a key and lets the BIOS
/// try the next device.
[[nodiscard]] ByteView ownBootCode() noexcept;

/// Where the jump at the start of a boot sector leads; nothing when it is no jump or leads out.
[[nodiscard]] std::optional<std::size_t> codeStart(ByteView sector) noexcept;

/// Whether serial, label and type have their room before the code starts. Sectors of DOS 3 and
/// older start earlier; then these fields are left out, because code is never overwritten.
[[nodiscard]] bool extendedFieldsFit(ByteView sector, FatType type) noexcept;

/// `sector` is 512 bytes or one sector of the volume, ends in 55 AA at 510 and starts with a jump
/// over the fields of this FAT type. An empty one means ours and is fine.
[[nodiscard]] Result<> checkBootCode(ByteView sector, const Geometry& geometry);

} // namespace fatlas::fat
