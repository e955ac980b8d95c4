#include "core/sync/guest_tree.hpp"

#include "core/sync/cluster_runs.hpp"

#include <algorithm>

namespace fatlas::sync {

const char* toString(Health health) noexcept
{
    switch (health) {
    case Health::Good: break;
    case Health::ChainShort: return "its chain of clusters is shorter than its size";
    case Health::ChainBroken: return "its chain of clusters does not come to an end";
    case Health::CrossLinked: return "it shares clusters with another file or folder";
    case Health::Unwritten: return "some of its clusters have not been written yet";
    case Health::NoFolder: return "its clusters do not hold a folder yet";
    case Health::InWaitingFolder: return "the folder it is in is not complete yet";
    }
    return "it is complete";
}

std::vector<ByteRange> rangesOf(const fat::Geometry& geometry, std::uint64_t volumeOffset,
                                std::span<const ClusterRange> runs, std::uint64_t size)
{
    std::vector<ByteRange> ranges;
    for (const ClusterRange& run : runs) {
        if (size == 0)
            break;
        const std::uint64_t length =
            std::min<std::uint64_t>(size, std::uint64_t{run.count} * geometry.clusterSize());
        ranges.push_back(
            {.offset = volumeOffset + geometry.clusterOffset(run.first), .length = length});
        size -= length;
    }
    return ranges;
}

std::vector<ByteRange> GuestTree::ranges(std::uint32_t index) const
{
    const fat::TreeNode& at = node(index);
    return rangesOf(volume->geometry(), disk.volumeOffset, tree->runsOf(index),
                    at.isDirectory ? UINT64_MAX : at.size());
}

bool GuestTree::isOwned(Cluster cluster) const
{
    return findRun(*owned, cluster) != nullptr;
}

} // namespace fatlas::sync
