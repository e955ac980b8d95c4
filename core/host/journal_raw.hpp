/// The jail's journal as it lies on disk.
///
/// Shape: a header of 64 bytes, then records, one behind the other, each padded to 8 bytes;
///        little-endian. A record counts when its checksum is right, it carries the number of this
///        journal, and its own number is one more than that of the record before (the first has
///        1). `durable` is the number of a record that was known to be on the medium, with all
///        before it, when this one was written: by it, damage in the middle is told from an end
///        that was torn off. The payload is a record of journal_record.hpp.
///
///            0                8                 16               24
///            magic            version | journal session          device of the folder
///        32: inode of it      20 bytes of 0     ... checksum of the 60 bytes before it
///            magic | size     number            durable          journal | checksum
///        32: payload of `size` bytes, zeros up to a multiple of 8
#pragma once

#include "core/base/stored_integer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fatlas::host {

inline constexpr std::string_view journalMagic = "FATLASJN";
inline constexpr std::uint32_t journalVersion = 1;
inline constexpr std::uint32_t journalRecordMagic = 0x4352'4E4A; // "JNRC"
inline constexpr std::size_t maxJournalPayload = 1024 * 1024;
inline constexpr std::size_t journalAlignment = 8;

struct JournalHeaderRaw {
    std::array<char, 8> magic{};       // 0x00 "FATLASJN"
    Le32 version;                      // 0x08
    Le32 journal;                      // 0x0C random: tells this journal's records from others
    Le64 session;                      // 0x10 random: in the names of keep and temporary files
    Le64 device;                       // 0x18 of the folder
    Le64 inode;                        // 0x20 of the folder
    std::array<std::byte, 20> zeros{}; // 0x28
    Le32 checksum;                     // 0x3C CRC-32
};

static_assert(sizeof(JournalHeaderRaw) == 64 && alignof(JournalHeaderRaw) == 1);
static_assert(offsetof(JournalHeaderRaw, inode) == 0x20);
static_assert(offsetof(JournalHeaderRaw, checksum) == 0x3C);

struct JournalRecordRaw {
    Le32 magic;    // 0x00
    Le32 size;     // 0x04 bytes of payload
    Le64 number;   // 0x08
    Le64 durable;  // 0x10 number of a record
    Le32 journal;  // 0x18
    Le32 checksum; // 0x1C CRC-32 of the 28 bytes before it and the payload
};

static_assert(sizeof(JournalRecordRaw) == 32 && alignof(JournalRecordRaw) == 1);
static_assert(offsetof(JournalRecordRaw, journal) == 0x18);
static_assert(offsetof(JournalRecordRaw, checksum) == 0x1C);

} // namespace fatlas::host
