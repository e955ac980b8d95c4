/// The sector log as it lies on disk.
///
/// Shape: a header of 64 bytes, then records of 44 bytes, one behind the other; little-endian.
///        A record says what became of a range of sectors; later ones win. It counts when its
///        checksum is right, it carries the number of this log, and its own number is one more
///        than that of the record before (the first has 1). `durable` is the number of a record
///        that was known to be on the medium, with all before it, when this one was written: by
///        it, damage in the middle is told from an end that was torn off.
///
///            0                8                16               24
///            magic            version | log    disk size        session id (16 bytes)
///        40: 20 bytes of 0, checksum of the 60 bytes before it
///            number           first sector     durable          count
///        32: state, 0, 0, 0 | log | checksum of the 40 bytes before it
#pragma once

#include "core/base/stored_integer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fatlas::block {

inline constexpr std::string_view sectorLogMagic = "FATLASLG";
inline constexpr std::uint32_t sectorLogVersion = 1;

struct SectorLogHeaderRaw {
    std::array<char, 8> magic{};         // 0x00 "FATLASLG"
    Le32 version;                        // 0x08
    Le32 log;                            // 0x0C random: tells this log's records from older ones
    Le64 diskSize;                       // 0x10 bytes
    std::array<std::byte, 16> session{}; // 0x18 random; the data file ends with the same
    std::array<std::byte, 20> zeros{};   // 0x28
    Le32 checksum;                       // 0x3C CRC-32
};

static_assert(sizeof(SectorLogHeaderRaw) == 64 && alignof(SectorLogHeaderRaw) == 1);
static_assert(offsetof(SectorLogHeaderRaw, session) == 0x18);
static_assert(offsetof(SectorLogHeaderRaw, checksum) == 0x3C);

struct SectorRecordRaw {
    Le64 number;                      // 0x00
    Le64 first;                       // 0x08 sector
    Le64 durable;                     // 0x10 number of a record
    Le64 count;                       // 0x18 sectors, at least 1
    std::uint8_t state = 0;           // 0x20 SectorState: 1 data, 2 zeros
    std::array<std::byte, 3> zeros{}; // 0x21
    Le32 log;                         // 0x24
    Le32 checksum;                    // 0x28 CRC-32
};

static_assert(sizeof(SectorRecordRaw) == 44 && alignof(SectorRecordRaw) == 1);
static_assert(offsetof(SectorRecordRaw, state) == 0x20);
static_assert(offsetof(SectorRecordRaw, checksum) == 0x28);

} // namespace fatlas::block
