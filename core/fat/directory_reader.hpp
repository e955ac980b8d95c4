/// The slots of a directory become items: long names put together, labels and damage set aside.
///
/// Units:   slots of 32 bytes, counted from the start of the directory.
/// Shape:   the first zero byte in a slot's place ends a directory; at most 65,536 slots are read.
/// Errors:  those of the device; odd slots are findings (D20...) and their file keeps its short
///          name.
/// Threads: functions without state.
/// Source:  Microsoft FAT specification 1.03, "Directory structure"; rules D20.. in FORMAT.md.
#pragma once

#include "core/fat/volume.hpp"

#include <functional>

namespace fatlas::fat {

/// Findings a single directory adds at most; one more says how many were left out.
inline constexpr std::size_t maxDirectoryFindings = 64;

/// Where the bytes of a directory lie.
struct SlotSource {
    ByteView bytes;                                       ///< whole slots, from slot 0
    std::function<std::uint64_t(std::uint32_t)> offsetOf; ///< slot -> byte on the volume
};

/// The bytes of a directory that were read, and where they lie.
struct SlotBytes {
    Bytes bytes;
    std::function<std::uint64_t(std::uint32_t)> offsetOf;

    [[nodiscard]] SlotSource source() const { return {.bytes = bytes, .offsetOf = offsetOf}; }
};

/// Pure: everything a directory says, without its chain.
[[nodiscard]] DirectoryListing decodeDirectory(const SlotSource& source, const CodePage& page);

/// The fixed root directory of FAT12 and FAT16.
[[nodiscard]] Result<SlotBytes> readFixedRootSlots(const Volume& volume);
/// A directory in a chain, up to the slots that a directory can have.
[[nodiscard]] Result<SlotBytes> readChainSlots(const Volume& volume, const Chain& chain);
/// Of a chain, or of the fixed root when it has no clusters.
[[nodiscard]] Result<SlotBytes> readDirectorySlots(const Volume& volume, const Chain& chain);
/// Clusters that hold as many slots as a directory can have.
[[nodiscard]] std::uint32_t mostDirectoryClusters(const Geometry& geometry);
/// D20, when the chain is longer than that.
[[nodiscard]] std::optional<Finding> directoryTooLong(const Geometry& geometry,
                                                      std::span<const ClusterRange> runs);

/// The fixed root directory of FAT12 and FAT16.
[[nodiscard]] Result<DirectoryListing> readFixedRoot(const Volume& volume);
/// A directory in a chain, as far as the chain goes; `chain` is handed back in the listing.
[[nodiscard]] Result<DirectoryListing> readDirectoryChain(const Volume& volume, Chain chain);

} // namespace fatlas::fat
