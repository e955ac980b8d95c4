/// Everything about one chain of clusters: its runs, how it ends, and who else points into it.
///
/// Units:   clusters; offsets in bytes from the start of the volume. Progress in FAT entries.
/// Errors:  those of the device, and Cancelled. Damage is data.
/// Threads: blocking: the whole FAT is read once.
/// Bounds:  at most maxListed pointers and owners are listed, all are counted.
#pragma once

#include "core/fat/tree.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::fat {

struct ChainRun {
    ClusterRange clusters;
    std::uint32_t part = 0;         ///< which cluster of the chain it begins with, from 0
    std::int64_t jump = 0;          ///< clusters skipped since the run before; negative: back
    std::uint64_t volumeOffset = 0; ///< bytes
};

/// A FAT entry that leads into the chain, other than from the cluster before.
struct ChainPointer {
    Cluster from;
    Cluster to;
};

/// Another file or folder with clusters of the chain.
struct SharedOwner {
    std::uint32_t node = 0; ///< of the tree
    Cluster firstShared;
    std::uint32_t sharedCount = 0;
};

struct ChainReport {
    static constexpr std::size_t maxListed = 1000;

    std::optional<std::uint32_t> node; ///< whose chain it is; of a lone cluster, who has it
    Cluster first;
    std::vector<ChainRun> runs;
    std::uint32_t clusterCount = 0;
    ChainEnd end = ChainEnd::EndMark;
    Cluster last;                                 ///< where it ends
    std::uint32_t lastValue = 0;                  ///< of that entry
    std::optional<std::uint32_t> clustersForSize; ///< of a file: what its size needs
    std::vector<ChainPointer> pointers;
    std::uint64_t pointerCount = 0;
    std::vector<SharedOwner> owners;
    std::uint64_t ownerCount = 0;
};

/// The chain of a file or folder. The fixed root of FAT12 and FAT16, and empty files, have no runs.
[[nodiscard]] Result<ChainReport> reportChain(const Volume& volume, const Tree& tree,
                                              std::uint32_t node, const JobControl& job = {});
/// The chain that begins at a cluster, whoever has it. OutOfRange unless it is a data cluster.
[[nodiscard]] Result<ChainReport> reportChainFrom(const Volume& volume, const Tree& tree,
                                                  Cluster first, const JobControl& job = {});

/// "ends", "runs into a free cluster" ..., for the sentence "the chain ...".
[[nodiscard]] const char* describeEnd(ChainEnd end) noexcept;
[[nodiscard]] const char* toString(ChainEnd end) noexcept; ///< "end-mark", for machines

} // namespace fatlas::fat
