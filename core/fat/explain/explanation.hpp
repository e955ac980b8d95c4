/// What lies at a place of a volume or disk, as data: parts, and in them fields with their meaning.
///
/// The command line prints it; a view of bytes links its rows to it, both ways, by the ranges.
///
/// Units:   bytes from the start of what was asked about (a volume, or the whole disk).
/// Shape:   parts in the order of the disk; the fields of a part in the order of the disk, but that
///          a cluster's part may show its FAT entry, which lies elsewhere.
/// Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::fat {

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;

    [[nodiscard]] constexpr std::uint64_t end() const noexcept { return offset + length; }

    [[nodiscard]] constexpr bool contains(std::uint64_t place) const noexcept
    {
        return place >= offset && place - offset < length;
    }

    constexpr bool operator==(const ByteRange&) const = default;
};

/// One named value. Texts hold what the disk says, unescaped.
struct ExplainedField {
    ByteRange place;
    std::string bits; ///< "bits 4-15" where it has not all bits of its bytes
    std::string name; ///< "bytes per sector (BPB_BytsPerSec)"
    std::string value;
    std::string meaning; ///< a clause; may be empty
    std::string oddity;  ///< what is not as it should be; empty when nothing is
};

enum class PartKind : std::uint8_t {
    BootSector,
    BackupBootSector,
    FsInfo,
    BackupFsInfo,
    Reserved, ///< sectors before the first FAT with no name of their own
    FatEntries,
    FatTail, ///< behind the last entry
    DirectorySlot,
    FileData,
    Slack, ///< allocated, behind the end of a file
    FreeCluster,
    LostCluster,
    BadCluster,
    ReservedCluster,
    VolumeTail,   ///< of the volume, but too small for another cluster
    BehindVolume, ///< of the device or partition, not of the volume
    PartitionTable,
    PartitionRecord, ///< an extended boot record
    GptHeader,
    GptEntries,
    Gap,       ///< of no partition and no table
    Partition, ///< one that was not opened
    Beyond,    ///< behind the end of the disk
};

[[nodiscard]] const char* toString(PartKind kind) noexcept; ///< "boot-sector", for machines

struct ExplainedPart {
    PartKind kind = PartKind::Beyond;
    ByteRange place;
    std::string title;              ///< one line: what it is
    std::vector<std::string> facts; ///< further sentences
    std::vector<ExplainedField> fields;
    std::string path;                                     ///< whose it is; empty: nobody's
    std::optional<std::uint32_t> cluster = std::nullopt;  ///< it lies in
    std::optional<std::uint32_t> treeNode = std::nullopt; ///< whose it is
};

struct Explanation {
    ByteRange asked;
    std::vector<ExplainedPart> parts;
};

} // namespace fatlas::fat
