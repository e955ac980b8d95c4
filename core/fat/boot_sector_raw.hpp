/// The first sector of a FAT volume and the FSInfo sector as they lie on the disk.
///
/// Shape:   little endian, alignment 1. 0x00 BpbRaw (all types), then on FAT12 and FAT16 0x24
///          ExtendedRaw and code from 0x3E; on FAT32 0x24 Fat32Raw, 12 reserved bytes, 0x40
///          ExtendedRaw and code from 0x5A. 55 AA at 510 whatever the sector size.
/// Source:  Microsoft FAT specification 1.03, "Boot sector and BPB", "FSInfo"; FORMAT.md section 1.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/stored_integer.hpp"
#include "core/fat/geometry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace fatlas::fat {

struct BpbRaw {
    std::array<unsigned char, 3> jump{};    // 0x00 BS_jmpBoot
    std::array<unsigned char, 8> oemName{}; // 0x03 BS_OEMName
    Le16 bytesPerSector;                    // 0x0B BPB_BytsPerSec
    std::uint8_t sectorsPerCluster = 0;     // 0x0D BPB_SecPerClus
    Le16 reservedSectors;                   // 0x0E BPB_RsvdSecCnt
    std::uint8_t fatCount = 0;              // 0x10 BPB_NumFATs
    Le16 rootEntryCount;                    // 0x11 BPB_RootEntCnt
    Le16 totalSectors16;                    // 0x13 BPB_TotSec16
    std::uint8_t media = 0;                 // 0x15 BPB_Media
    Le16 sectorsPerFat16;                   // 0x16 BPB_FATSz16
    Le16 sectorsPerTrack;                   // 0x18 BPB_SecPerTrk
    Le16 heads;                             // 0x1A BPB_NumHeads
    Le32 hiddenSectors;                     // 0x1C BPB_HiddSec
    Le32 totalSectors32;                    // 0x20 BPB_TotSec32
};

static_assert(sizeof(BpbRaw) == 0x24 && alignof(BpbRaw) == 1);
static_assert(offsetof(BpbRaw, bytesPerSector) == 0x0B);
static_assert(offsetof(BpbRaw, reservedSectors) == 0x0E);
static_assert(offsetof(BpbRaw, fatCount) == 0x10);
static_assert(offsetof(BpbRaw, rootEntryCount) == 0x11);
static_assert(offsetof(BpbRaw, totalSectors16) == 0x13);
static_assert(offsetof(BpbRaw, media) == 0x15);
static_assert(offsetof(BpbRaw, sectorsPerFat16) == 0x16);
static_assert(offsetof(BpbRaw, hiddenSectors) == 0x1C);
static_assert(offsetof(BpbRaw, totalSectors32) == 0x20);

/// FAT32 only, between the common part and 12 reserved bytes.
struct Fat32Raw {
    Le32 sectorsPerFat32;  // 0x24 BPB_FATSz32
    Le16 extFlags;         // 0x28 BPB_ExtFlags
    Le16 version;          // 0x2A BPB_FSVer
    Le32 rootCluster;      // 0x2C BPB_RootClus
    Le16 fsInfoSector;     // 0x30 BPB_FSInfo
    Le16 backupBootSector; // 0x32 BPB_BkBootSec
};

static_assert(sizeof(Fat32Raw) == 0x10 && alignof(Fat32Raw) == 1);
static_assert(offsetof(Fat32Raw, rootCluster) == 0x2C - 0x24);
static_assert(offsetof(Fat32Raw, backupBootSector) == 0x32 - 0x24);

/// At 0x24, on FAT32 at 0x40.
struct ExtendedRaw {
    std::uint8_t driveNumber = 0;              // +0x00 BS_DrvNum
    std::uint8_t state = 0;                    // +0x01 BS_Reserved1
    std::uint8_t bootSignature = 0;            // +0x02 BS_BootSig
    Le32 serial;                               // +0x03 BS_VolID
    std::array<unsigned char, 11> label{};     // +0x07 BS_VolLab
    std::array<unsigned char, 8> fileSystem{}; // +0x12 BS_FilSysType
};

static_assert(sizeof(ExtendedRaw) == 0x1A && alignof(ExtendedRaw) == 1);
static_assert(offsetof(ExtendedRaw, serial) == 0x03);
static_assert(offsetof(ExtendedRaw, label) == 0x07);
static_assert(offsetof(ExtendedRaw, fileSystem) == 0x12);

struct FsInfoRaw {
    Le32 leadSignature;                         // 0x000 FSI_LeadSig
    std::array<unsigned char, 480> reserved1{}; // 0x004
    Le32 structSignature;                       // 0x1E4 FSI_StrucSig
    Le32 freeClusters;                          // 0x1E8 FSI_Free_Count
    Le32 nextFree;                              // 0x1EC FSI_Nxt_Free
    std::array<unsigned char, 12> reserved2{};  // 0x1F0
    Le32 trailSignature;                        // 0x1FC FSI_TrailSig
};

static_assert(sizeof(FsInfoRaw) == 512 && alignof(FsInfoRaw) == 1);
static_assert(offsetof(FsInfoRaw, structSignature) == 0x1E4);
static_assert(offsetof(FsInfoRaw, trailSignature) == 0x1FC);

inline constexpr std::size_t bootSectorSize = 512; ///< the part that every sector size has
inline constexpr std::size_t fat32FieldsOffset = 0x24;
inline constexpr std::size_t signatureOffset = 510;
inline constexpr std::uint16_t bootSectorSignature = 0xAA55; ///< bytes 55 AA
inline constexpr std::uint8_t extendedSignature = 0x29;
inline constexpr std::uint8_t serialOnlySignature = 0x28;
inline constexpr std::uint16_t mirroringOff = 0x80; ///< in extFlags
inline constexpr std::uint16_t activeFatMask = 0x0F;

inline constexpr std::uint32_t fsInfoLead = 0x41615252;
inline constexpr std::uint32_t fsInfoStruct = 0x61417272;
inline constexpr std::uint32_t fsInfoTrail = 0xAA550000;

[[nodiscard]] constexpr std::size_t extendedOffset(FatType type) noexcept
{
    return type == FatType::Fat32 ? 0x40 : 0x24;
}

/// First byte of the boot code, right after the extended fields.
[[nodiscard]] constexpr std::size_t codeOffset(FatType type) noexcept
{
    return extendedOffset(type) + sizeof(ExtendedRaw);
}

} // namespace fatlas::fat
