/// The journal of a kept session as it lies on disk: the two files of a segment.
///
/// Shape: TIMELINE.md; little-endian.
#pragma once

#include "core/base/stored_integer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fatlas::serve {

inline constexpr std::string_view journalMagic = "FATLASTL";
inline constexpr std::uint32_t journalVersion = 1;

using BootId = std::array<std::byte, 16>;

struct JournalHeaderRaw {
    std::array<char, 8> magic{};      // 0x00 "FATLASTL"
    Le32 version;                     // 0x08
    Le32 tag;                         // 0x0C random: tells this segment's records from older ones
    Le64 diskSize;                    // 0x10 bytes
    Le64 firstWrite;                  // 0x18 number of the first write in it, from 1
    BootId boot{};                    // 0x20 the run of the machine in which it was written
    std::array<std::byte, 12> rest{}; // 0x30 0
    Le32 checksum;                    // 0x3C CRC-32
};

static_assert(sizeof(JournalHeaderRaw) == 64 && alignof(JournalHeaderRaw) == 1);
static_assert(offsetof(JournalHeaderRaw, boot) == 0x20);
static_assert(offsetof(JournalHeaderRaw, checksum) == 0x3C);

/// A piece of what a write found: those of one write stand behind each other.
struct JournalRecordRaw {
    Le64 number;                     // 0x00 of the write
    Le64 timeNs;                     // 0x08 since 1970-01-01 UTC
    Le64 offset;                     // 0x10 bytes, of the write
    Le64 length;                     // 0x18 bytes, of the write
    Le64 first;                      // 0x20 sector
    Le64 count;                      // 0x28 sectors, at least 1
    Le64 dataOffset;                 // 0x30 in the data file
    Le32 dataChecksum;               // 0x38 CRC-32 of the old bytes
    Le32 client;                     // 0x3C
    std::uint8_t kind = 0;           // 0x40 block::TapKind: 1 write, 2 zeros, 3 trim
    std::uint8_t state = 0;          // 0x41 block::SectorState: 0 below, 1 data, 2 zeros
    std::uint8_t isLast = 0;         // 0x42 1: the write's last piece
    std::uint8_t zero = 0;           // 0x43
    Le32 tag;                        // 0x44
    std::array<std::byte, 4> rest{}; // 0x48 0
    Le32 checksum;                   // 0x4C CRC-32
};

static_assert(sizeof(JournalRecordRaw) == 80 && alignof(JournalRecordRaw) == 1);
static_assert(offsetof(JournalRecordRaw, dataChecksum) == 0x38);
static_assert(offsetof(JournalRecordRaw, tag) == 0x44);
static_assert(offsetof(JournalRecordRaw, checksum) == 0x4C);

} // namespace fatlas::serve
