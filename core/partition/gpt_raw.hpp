/// The GUID partition table as it lies on a disk: header and entries.
///
/// Units:  logical blocks, which are the sectors the disk was partitioned with.
/// Shape:  header in block 1 and, as a copy, in the last block; little endian; GUIDs are mixed
///         endian (first three fields little, the rest as written).
/// Source: UEFI specification 2.10, 5.3 "GUID Partition Table (GPT) Disk Layout"; rules P20...
#pragma once

#include "core/base/stored_integer.hpp"
#include "core/partition/partition_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace fatlas::partition {

inline constexpr std::uint64_t gptSignature = 0x5452415020494645; ///< "EFI PART"
inline constexpr std::uint32_t gptRevision = 0x00010000;
inline constexpr std::uint32_t gptHeaderSize = 92;
inline constexpr std::uint32_t gptEntrySize = 128;
inline constexpr std::uint32_t gptEntryCount = 128;
inline constexpr std::uint32_t gptEntriesSize = gptEntrySize * gptEntryCount;

struct GptHeaderRaw {
    Le64 signature;      // 0x00
    Le32 revision;       // 0x08
    Le32 headerSize;     // 0x0C 92 up to one block
    Le32 headerCrc;      // 0x10 with this field zero
    Le32 reserved;       // 0x14 0
    Le64 myLba;          // 0x18 where this header lies
    Le64 alternateLba;   // 0x20 where the other one lies
    Le64 firstUsableLba; // 0x28
    Le64 lastUsableLba;  // 0x30 inclusive
    Guid diskGuid{};     // 0x38
    Le64 entriesLba;     // 0x48
    Le32 entryCount;     // 0x50
    Le32 entrySize;      // 0x54 128 times a power of two
    Le32 entriesCrc;     // 0x58
};

static_assert(sizeof(GptHeaderRaw) == gptHeaderSize && alignof(GptHeaderRaw) == 1);
static_assert(offsetof(GptHeaderRaw, diskGuid) == 0x38);

struct GptEntryRaw {
    Guid typeGuid{};           // 0x00 all zero = unused
    Guid uniqueGuid{};         // 0x10
    Le64 first;                // 0x20
    Le64 last;                 // 0x28 inclusive
    Le64 attributes;           // 0x30
    std::array<Le16, 36> name; // 0x38 UTF-16
};

static_assert(sizeof(GptEntryRaw) == gptEntrySize && alignof(GptEntryRaw) == 1);
static_assert(offsetof(GptEntryRaw, name) == 0x38);

} // namespace fatlas::partition
