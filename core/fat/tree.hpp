/// Every file and folder of a volume, with chains, in one immutable value.
///
/// Shape:      node 0 is the root; children of a folder are contiguous, in the order of the disk;
///             runs of node n are runs[firstRun, firstRun + runCount).
/// Units:      sizes in bytes.
/// Invariants: parent < own index for every node but 0; a directory already seen is not entered
///             again (a finding says so), so the tree is finite whatever the disk holds.
/// Threads:    immutable; shared as std::shared_ptr<const Tree>.
#pragma once

#include "core/fat/volume.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::fat {

struct TreeNode {
    std::string name; ///< UTF-8, "" for the root
    std::string shortName;
    DirectoryEntryRaw raw; ///< all zero for the root
    std::uint64_t entryOffset = 0;
    std::uint32_t parent = 0;
    std::uint32_t firstChild = 0;
    std::uint32_t childCount = 0;
    std::uint32_t firstRun = 0;
    std::uint32_t runCount = 0;
    std::uint32_t clusterCount = 0;
    ChainEnd end = ChainEnd::EndMark;
    bool isDirectory = false;

    [[nodiscard]] std::uint64_t size() const { return raw.size.get(); }
};

struct Tree {
    std::vector<TreeNode> nodes;
    std::vector<ClusterRange> runs;
    std::string label; ///< from the root's label entry
    std::vector<Finding> findings;

    [[nodiscard]] std::span<const ClusterRange> runsOf(std::uint32_t node) const
    {
        return std::span(runs).subspan(nodes[node].firstRun, nodes[node].runCount);
    }

    /// "/DOCS/A.TXT"; "/" for the root.
    [[nodiscard]] std::string path(std::uint32_t node) const;
    /// By long or short name, case folded, '/' or '\\' between components.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view path) const;
};

/// Reads every directory. Progress counts nodes, total unknown.
[[nodiscard]] Result<std::shared_ptr<const Tree>> readTree(const Volume& volume,
                                                           const JobControl& job = {});

} // namespace fatlas::fat
