/// What the first sector of a disk is: a partition table, a volume's boot sector, or neither.
///
/// Both end in 55 AA, so the bytes in between have to decide; rules P1-P7 in FORMAT.md say how.
///
/// Units:   sectors of the device as the caller counts them.
/// Threads: pure functions.
#pragma once

#include "core/partition/mbr_raw.hpp"

#include <cstdint>
#include <optional>

namespace fatlas::partition {

enum class FirstSector : std::uint8_t {
    Unknown,    ///< neither; the disk has no table
    BootSector, ///< of a volume without a partition around it (superfloppy)
    Mbr,
    MbrWithBpb, ///< a table, although the sector holds a boot sector's parameters as well
    ProtectiveMbr,
};

/// `deviceSectors` bounds the entries.
[[nodiscard]] FirstSector judgeFirstSector(const MbrRaw& sector, std::uint64_t deviceSectors);

/// The BPB's bytes per sector, if the sector looks like the boot sector of a FAT volume.
[[nodiscard]] std::optional<std::uint32_t> bpbSectorSize(const MbrRaw& sector);

[[nodiscard]] bool isExtendedType(std::uint8_t type) noexcept;

} // namespace fatlas::partition
