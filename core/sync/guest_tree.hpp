/// The guest's files and folders at one moment, and which of them cannot be taken as they stand.
///
/// A guest writes data, FAT and directories in any order. What is half written is found here, item
/// by item: the rest is as good as ever.
///
/// Units:      bytes from the start of the disk, as WriteLog has them.
/// Invariants: whatever lies below a folder that is not Good is InWaitingFolder.
/// Threads:    immutable once read.
#pragma once

#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"
#include "core/sync/known_tree.hpp"
#include "core/sync/write_log.hpp"

#include <memory>
#include <vector>

namespace fatlas::sync {

enum class Health : std::uint8_t {
    Good,
    ChainShort,      ///< fewer clusters than the size needs
    ChainBroken,     ///< the chain does not end as one does
    CrossLinked,     ///< a cluster belongs to another file or folder too
    Unwritten,       ///< clusters that were free, and nothing was written there since
    NoFolder,        ///< a folder whose first cluster does not begin as a folder does
    InWaitingFolder, ///< a folder above is one of these
};

/// "its chain is shorter than its size": a clause for people.
[[nodiscard]] const char* toString(Health health) noexcept;

/// Where the guest's disk is read, and who writes to it.
struct GuestDisk {
    std::shared_ptr<const block::BlockDevice> device;
    std::shared_ptr<const WriteLog> log;
    std::uint64_t volumeOffset = 0;
    std::uint64_t volumeSize = 0;
    int codePage = CodePage::defaultNumber;
};

struct GuestTree {
    GuestDisk disk;
    WriteLog::Stamp stamp = 0; ///< taken before the first byte was read
    std::shared_ptr<const fat::Volume> volume = nullptr;
    std::shared_ptr<const fat::Tree> tree = nullptr;
    std::vector<Health> health = {}; ///< of each node
    /// Of all clusters that somebody has, in order.
    std::shared_ptr<const std::vector<fat::UsageRun>> owned = nullptr;
    bool isMarkedClean = false; ///< the bits that say "was unmounted" are set

    [[nodiscard]] const fat::TreeNode& node(std::uint32_t index) const
    {
        return tree->nodes[index];
    }

    [[nodiscard]] Cluster firstCluster(std::uint32_t index) const
    {
        return volume->firstCluster(tree->nodes[index].raw);
    }

    /// What the bytes of a file are read from, cut at its size; of a folder its clusters.
    [[nodiscard]] std::vector<ByteRange> ranges(std::uint32_t index) const;
    [[nodiscard]] bool isOwned(Cluster cluster) const;
};

/// The bytes of clusters, at most `size` of them.
[[nodiscard]] std::vector<ByteRange> rangesOf(const fat::Geometry& geometry,
                                              std::uint64_t volumeOffset,
                                              std::span<const ClusterRange> runs,
                                              std::uint64_t size);

} // namespace fatlas::sync
