/// Entries of a FAT: raw 12, 16 and 28-bit numbers become free, next, bad, end; and back.
///
/// Nobody outside this file knows 0xFF8 and its kin.
///
/// Units:   cluster numbers; byte offsets relative to the start of one FAT.
/// Source:  Microsoft FAT specification 1.03, "FAT data structure"; rules T1.. in FORMAT.md.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/units.hpp"
#include "core/fat/geometry.hpp"

#include <cstdint>

namespace fatlas::fat {

enum class EntryKind : std::uint8_t { Free, Next, Bad, End, Reserved };

/// A FAT entry with its meaning. `raw` keeps what lies there (FAT32: all 32 bits).
struct FatEntry {
    EntryKind kind = EntryKind::Free;
    Cluster next; ///< for Next; may lie outside the volume: check with Geometry::isData
    std::uint32_t raw = 0;
};

[[nodiscard]] FatEntry interpretEntry(FatType type, std::uint32_t raw) noexcept;
[[nodiscard]] std::uint32_t endMark(FatType type) noexcept;
[[nodiscard]] std::uint32_t badMark(FatType type) noexcept;

/// First byte of an entry inside one FAT (FAT12: of its two bytes).
[[nodiscard]] constexpr std::uint64_t entryOffset(FatType type, Cluster cluster) noexcept
{
    const std::uint64_t n = cluster.value;
    return type == FatType::Fat12 ? n + n / 2 : type == FatType::Fat16 ? n * 2 : n * 4;
}

/// Bytes one FAT needs for `clusters` data clusters (before rounding to sectors).
[[nodiscard]] constexpr std::uint64_t fatBytesFor(FatType type, std::uint32_t clusters) noexcept
{
    const std::uint64_t n = std::uint64_t{clusters} + 2;
    return type == FatType::Fat12 ? (n * 3 + 1) / 2 : type == FatType::Fat16 ? n * 2 : n * 4;
}

/// `fat` starts at entry 0; the caller guarantees that the entry lies inside.
[[nodiscard]] std::uint32_t rawEntry(FatType type, ByteView fat, Cluster cluster) noexcept;
/// Keeps the neighbour's four bits (FAT12) and the four reserved bits (FAT32).
void setRawEntry(FatType type, ByteSpan fat, Cluster cluster, std::uint32_t value) noexcept;

} // namespace fatlas::fat
