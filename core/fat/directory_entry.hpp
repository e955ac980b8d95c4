/// One 32-byte slot of a directory, and a file or folder made of a short slot and its long name.
///
/// Units:   sizes in bytes; times as stored (see timestamp.hpp).
/// Shape:   little endian; 32 bytes a slot.
/// Source:  Microsoft FAT specification 1.03, "Directory structure"; rules D1.. in FORMAT.md.
#pragma once

#include "core/base/stored_integer.hpp"
#include "core/base/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace fatlas::fat {

inline constexpr std::size_t slotSize = 32;
inline constexpr std::uint32_t maxDirectorySlots = 65536; ///< 2 MiB, what every driver accepts

/// First byte of a slot's name when it is not a character.
namespace slot_mark {
inline constexpr unsigned char end = 0x00;       ///< this slot and all after it were never used
inline constexpr unsigned char deleted = 0xE5;   ///< free
inline constexpr unsigned char escapedE5 = 0x05; ///< stands for a character 0xE5
} // namespace slot_mark

namespace attribute {
inline constexpr std::uint8_t readOnly = 0x01;
inline constexpr std::uint8_t hidden = 0x02;
inline constexpr std::uint8_t system = 0x04;
inline constexpr std::uint8_t volumeLabel = 0x08;
inline constexpr std::uint8_t directory = 0x10;
inline constexpr std::uint8_t archive = 0x20;
inline constexpr std::uint8_t longName = 0x0F;
inline constexpr std::uint8_t longNameMask = 0x3F;
} // namespace attribute

/// NT case bits: the base or the extension of an 8.3 name is all lower case.
namespace ntCase { // NOLINT(readability-identifier-naming): reads like its members
inline constexpr std::uint8_t lowerBase = 0x08;
inline constexpr std::uint8_t lowerExtension = 0x10;
} // namespace ntCase

struct DirectoryEntryRaw {
    std::array<unsigned char, 11> name{}; // 0x00 DIR_Name
    std::uint8_t attributes = 0;          // 0x0B DIR_Attr
    std::uint8_t ntCaseBits = 0;          // 0x0C DIR_NTRes
    std::uint8_t createdTenths = 0;       // 0x0D DIR_CrtTimeTenth, units of 10 ms, 0-199
    Le16 createdTime;                     // 0x0E DIR_CrtTime
    Le16 createdDate;                     // 0x10 DIR_CrtDate
    Le16 accessedDate;                    // 0x12 DIR_LstAccDate
    Le16 firstClusterHigh;                // 0x14 DIR_FstClusHI
    Le16 modifiedTime;                    // 0x16 DIR_WrtTime
    Le16 modifiedDate;                    // 0x18 DIR_WrtDate
    Le16 firstClusterLow;                 // 0x1A DIR_FstClusLO
    Le32 size;                            // 0x1C DIR_FileSize

    [[nodiscard]] Cluster firstCluster() const
    {
        return Cluster{(std::uint32_t{firstClusterHigh.get()} << 16) | firstClusterLow.get()};
    }

    bool operator==(const DirectoryEntryRaw&) const = default;
};

static_assert(sizeof(DirectoryEntryRaw) == slotSize && alignof(DirectoryEntryRaw) == 1);
static_assert(offsetof(DirectoryEntryRaw, attributes) == 0x0B);
static_assert(offsetof(DirectoryEntryRaw, createdTenths) == 0x0D);
static_assert(offsetof(DirectoryEntryRaw, accessedDate) == 0x12);
static_assert(offsetof(DirectoryEntryRaw, firstClusterHigh) == 0x14);
static_assert(offsetof(DirectoryEntryRaw, modifiedTime) == 0x16);
static_assert(offsetof(DirectoryEntryRaw, firstClusterLow) == 0x1A);
static_assert(offsetof(DirectoryEntryRaw, size) == 0x1C);

struct LongNameSlotRaw {
    std::uint8_t order = 0;         // 0x00 LDIR_Ord, 0x40 marks the last part
    std::array<Le16, 5> part1;      // 0x01 LDIR_Name1
    std::uint8_t attributes = 0x0F; // 0x0B LDIR_Attr
    std::uint8_t type = 0;          // 0x0C LDIR_Type
    std::uint8_t checksum = 0;      // 0x0D LDIR_Chksum
    std::array<Le16, 6> part2;      // 0x0E LDIR_Name2
    Le16 firstClusterLow;           // 0x1A LDIR_FstClusLO, 0
    std::array<Le16, 2> part3;      // 0x1C LDIR_Name3
};

static_assert(sizeof(LongNameSlotRaw) == slotSize && alignof(LongNameSlotRaw) == 1);
static_assert(offsetof(LongNameSlotRaw, part1) == 0x01);
static_assert(offsetof(LongNameSlotRaw, attributes) == 0x0B);
static_assert(offsetof(LongNameSlotRaw, checksum) == 0x0D);
static_assert(offsetof(LongNameSlotRaw, part2) == 0x0E);
static_assert(offsetof(LongNameSlotRaw, part3) == 0x1C);

} // namespace fatlas::fat
