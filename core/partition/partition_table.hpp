/// MBR and GPT: what partitions a disk has, and the bytes of a table with one partition.
///
/// Units:   sectors of the device's sectorSize(); offsets in bytes where named so.
/// Errors:  a disk without a table is not an error: TableKind::None.
/// Source:  UEFI specification 2.10 chapter 5; classic MBR layout; rules P1.. in FORMAT.md.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/units.hpp"
#include "core/block/block_device.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace fatlas::partition {

enum class TableKind : std::uint8_t { None, Mbr, Gpt };

using Guid = std::array<std::byte, 16>; ///< as stored on disk (mixed endian)

struct Partition {
    /// As Linux and sfdisk count: MBR primaries 1 to 4 by their place in the table, logical ones
    /// from 5 on; GPT by their place in the table, from 1.
    std::uint32_t number = 0;
    Sector first;
    std::uint64_t sectorCount = 0;
    std::uint8_t type = 0; ///< MBR type byte; 0 for GPT
    Guid typeGuid{};       ///< GPT only
    std::string typeName;  ///< "FAT32 (LBA)", "EFI system"
    std::string name;      ///< GPT only, UTF-8
    bool bootable = false; ///< MBR boot flag

    [[nodiscard]] Sector end() const noexcept { return first + sectorCount; }
};

struct PartitionTable {
    TableKind kind = TableKind::None;
    std::uint32_t diskId = 0; ///< MBR disk signature
    std::vector<Partition> partitions;
    std::vector<Finding> findings;

    /// Nothing when the table has no partition of that number.
    [[nodiscard]] const Partition* find(std::uint32_t number) const noexcept;
};

/// Primary, extended and logical partitions; GPT with its backup when the first is damaged.
[[nodiscard]] Result<PartitionTable> readPartitionTable(const block::BlockDevice& device);

/// Heads and sectors per track that turn a sector number into C/H/S.
struct ChsGeometry {
    std::uint16_t heads = 255;
    std::uint16_t sectorsPerTrack = 63;
};

struct MbrRequest {
    std::uint64_t firstSector = 0;
    std::uint64_t sectorCount = 0;
    std::uint8_t type = 0;
    std::uint32_t diskId = 0;
    ChsGeometry chs = {};
    bool bootable = true;
    Bytes code = {}; ///< at most 440 bytes are taken; empty = Fatlas's own
};

/// 512 bytes.
[[nodiscard]] Bytes encodeMbr(const MbrRequest& request);

/// MBR type byte for a FAT partition (12, 16 or 32 bits), by size and whether CHS reaches its end.
[[nodiscard]] std::uint8_t mbrTypeForFat(int fatBits, std::uint64_t firstSector,
                                         std::uint64_t sectorCount, const ChsGeometry& chs);

struct GptRequest {
    std::uint64_t diskSectors = 0;
    std::uint32_t sectorSize = 512;
    std::uint64_t firstSector = 0;
    std::uint64_t sectorCount = 0;
    bool efiSystem = false; ///< EFI system partition, else Microsoft basic data
    Guid diskGuid{};
    Guid partitionGuid{};
    std::string name; ///< UTF-8, at most 36 UTF-16 units are taken
};

/// Start: protective MBR, header, entries (sector 0 up to gptFirstUsable). End: entries, header.
struct GptImage {
    Bytes start;
    Bytes end;
    std::uint64_t endSector = 0; ///< first sector of `end`
};

[[nodiscard]] GptImage encodeGpt(const GptRequest& request);
[[nodiscard]] std::uint64_t gptFirstUsable(std::uint32_t sectorSize) noexcept;
/// Sectors at the end of the disk that belong to the backup table.
[[nodiscard]] std::uint64_t gptTailSectors(std::uint32_t sectorSize) noexcept;

} // namespace fatlas::partition
