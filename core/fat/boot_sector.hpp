/// The first sector of a volume: decoded without judgement, validated field by field, encoded.
///
/// Units:   see geometry.hpp.
/// Shape:   512 bytes or one sector; little endian; raw layout in boot_sector_raw.hpp.
/// Errors:  BadFormat names field, value found and what was expected, with the offset; what is not
///          FAT at all (NTFS, exFAT, ext, empty) is named in the message.
/// Threads: pure functions.
/// Source:  Microsoft FAT specification 1.03, "Boot sector and BPB"; rules B1.. in FORMAT.md.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/finding.hpp"
#include "core/fat/geometry.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace fatlas::fat {

/// What a layout was read from; a repair writes the sector back from the others.
enum class LayoutSource : std::uint8_t {
    BootSector,
    Backup,       ///< FAT32's copy of the boot sector, at `layoutOffset` (B21)
    MediaAndSize, ///< nothing but the first byte of the FAT and the size of the device (B22)
};

struct BootSector {
    Geometry geometry;
    LayoutSource layoutSource = LayoutSource::BootSector;
    std::uint64_t layoutOffset = 0; ///< bytes, of the sector the fields are from
    std::array<unsigned char, 8> oemName{};
    std::uint32_t serial = 0;
    std::array<unsigned char, 11> label{}; ///< BS_VolLab, OEM bytes
    std::uint8_t driveNumber = 0x80;
    bool hasExtendedFields = true; ///< BS_BootSig was 0x29 (or 0x28: serial only)
    std::uint8_t activeFat = 0;    ///< FAT32: the only FAT in use if not mirrored
    bool mirrored = true;          ///< FAT32 BPB_ExtFlags bit 7 is clear
    std::uint8_t state = 0;        ///< BS_Reserved1: bit 0 dirty, bit 1 surface scan (Windows NT)
    std::vector<Finding> findings; ///< what is odd but can be lived with (type disagreement ...)
};

/// `bytes`: at least the first 512 bytes of the volume (with 1.5 KiB more other file systems are
/// known by name); `deviceSize` bytes bound every number. A volume that its device cuts off is
/// opened with a finding when FATs and root are there: totalSectors stays what the sector says,
/// clusterCount counts the clusters that lie on the device and have a FAT entry. The type follows
/// from sectorsPerFat16 and the count before any such cut.
[[nodiscard]] Result<BootSector> decodeBootSector(ByteView bytes, std::uint64_t deviceSize);

/// What starts the machine; merged with the BPB, never over it. Check with checkBootCode() first.
struct BootCode {
    Bytes sector; ///< a whole boot sector whose BPB is replaced; empty = Fatlas's own code
};

/// One sector of `geometry.bytesPerSector` bytes, signature 55 AA at 510. Serial, label and type
/// are left out when the code starts where they would stand (extendedFieldsFit()).
[[nodiscard]] Bytes encodeBootSector(const BootSector& boot, const BootCode& code);

/// FAT32's FSInfo sector. `freeClusters` and `nextFree` as they are.
[[nodiscard]] Bytes encodeFsInfo(const Geometry& geometry, std::uint32_t freeClusters,
                                 Cluster nextFree);

} // namespace fatlas::fat
