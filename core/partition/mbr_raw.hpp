/// The master boot record and extended boot records as they lie on a disk.
///
/// Units:  sectors of the disk, C/H/S packed as int 13h wants them.
/// Shape:  512 bytes at the start of sector 0 (or of an extended boot record); little endian; the
///         last two bytes are 55 AA whatever the sector size.
/// Source: classic MBR layout; rules P1.. in FORMAT.md.
#pragma once

#include "core/base/stored_integer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace fatlas::partition {

inline constexpr std::size_t mbrSize = 512;
inline constexpr std::size_t mbrCodeSize = 440;
inline constexpr std::uint16_t mbrSignature = 0xAA55; ///< bytes 55 AA
inline constexpr std::uint8_t activeFlag = 0x80;

struct ChsRaw {
    std::uint8_t head = 0;
    std::uint8_t sectorAndHighCylinder = 0; ///< sector (from 1) in bits 0-5
    std::uint8_t lowCylinder = 0;

    bool operator==(const ChsRaw&) const = default;
};

struct MbrEntryRaw {
    std::uint8_t flag = 0; // 0x0 80 = active, 00 = not
    ChsRaw firstChs;       // 0x1
    std::uint8_t type = 0; // 0x4 0 = unused entry
    ChsRaw lastChs;        // 0x5
    Le32 first;            // 0x8 first sector
    Le32 count;            // 0xC number of sectors

    bool operator==(const MbrEntryRaw&) const = default;
};

static_assert(sizeof(MbrEntryRaw) == 16 && alignof(MbrEntryRaw) == 1);
static_assert(offsetof(MbrEntryRaw, type) == 4 && offsetof(MbrEntryRaw, count) == 12);

struct MbrRaw {
    std::array<std::byte, mbrCodeSize> code{}; // 0x000
    Le32 diskId;                               // 0x1B8 disk signature
    Le16 reserved;                             // 0x1BC 0, or 5A5A for copy-protected
    std::array<MbrEntryRaw, 4> entries;        // 0x1BE
    Le16 signature;                            // 0x1FE 55 AA
};

static_assert(sizeof(MbrRaw) == mbrSize && alignof(MbrRaw) == 1);
static_assert(offsetof(MbrRaw, diskId) == 0x1B8 && offsetof(MbrRaw, entries) == 0x1BE);

namespace mbr_type {
inline constexpr std::uint8_t unused = 0x00;
inline constexpr std::uint8_t fat12 = 0x01;
inline constexpr std::uint8_t fat16Small = 0x04; ///< below 32 MiB
inline constexpr std::uint8_t extended = 0x05;
inline constexpr std::uint8_t fat16 = 0x06;
inline constexpr std::uint8_t fat32 = 0x0B;
inline constexpr std::uint8_t fat32Lba = 0x0C;
inline constexpr std::uint8_t fat16Lba = 0x0E;
inline constexpr std::uint8_t extendedLba = 0x0F;
inline constexpr std::uint8_t extendedLinux = 0x85;
inline constexpr std::uint8_t gptProtective = 0xEE;
} // namespace mbr_type

} // namespace fatlas::partition
