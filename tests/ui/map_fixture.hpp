/// A small damaged floppy for the tests of models and views: fragments, lost, bad, cross-linked.
///
/// Units: clusters as FAT counts them; 2,847 clusters of 512 bytes behind 33 sectors.
#pragma once

#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include <memory>
#include <string>
#include <vector>

namespace fatlas::test {

inline fat::Geometry floppyGeometry()
{
    fat::Geometry geometry;
    geometry.type = fat::FatType::Fat12;
    geometry.sectorsPerFat = 9;
    geometry.rootEntryCount = 224;
    geometry.totalSectors = 2880;
    geometry.clusterCount = 2847;
    return geometry;
}

/// Nodes of makeTree() that tests speak about.
inline constexpr std::uint32_t docs = 1;
inline constexpr std::uint32_t games = 2;
inline constexpr std::uint32_t command = 3;
inline constexpr std::uint32_t text = 4; ///< /DOCS/A.TXT, three fragments
inline constexpr std::uint32_t letter = 5;

inline const std::vector<ClusterRange>& textRuns()
{
    static const std::vector<ClusterRange> runs{
        {Cluster{430}, 4}, {Cluster{700}, 3}, {Cluster{100}, 2}};
    return runs;
}

inline void addNode(fat::Tree& tree, const std::string& name, const std::string& shortName,
                    std::uint32_t parent, std::uint32_t size, std::vector<ClusterRange> runs)
{
    fat::TreeNode node;
    node.name = name;
    node.shortName = shortName;
    node.parent = parent;
    node.raw.size.set(size);
    node.raw.attributes = fat::attribute::archive;
    node.firstRun = static_cast<std::uint32_t>(tree.runs.size());
    node.runCount = static_cast<std::uint32_t>(runs.size());
    if (!runs.empty())
        node.raw.firstClusterLow.set(static_cast<std::uint16_t>(runs.front().first.value));
    for (const ClusterRange& run : runs) {
        tree.runs.push_back(run);
        node.clusterCount += run.count;
    }
    tree.nodes.push_back(std::move(node));
}

inline void makeFolder(fat::Tree& tree, std::uint32_t node, std::uint32_t firstChild,
                       std::uint32_t childCount)
{
    tree.nodes[node].isDirectory = true;
    tree.nodes[node].raw.attributes = fat::attribute::directory;
    tree.nodes[node].firstChild = firstChild;
    tree.nodes[node].childCount = childCount;
}

inline std::shared_ptr<fat::Tree> makeTree()
{
    auto tree = std::make_shared<fat::Tree>();
    addNode(*tree, "", "", 0, 0, {});
    addNode(*tree, "DOCS", "DOCS", 0, 0, {{Cluster{2}, 3}});
    addNode(*tree, "GAMES", "GAMES", 0, 0, {{Cluster{300}, 2}});
    addNode(*tree, "COMMAND.COM", "COMMAND.COM", 0, 54645, {{Cluster{500}, 107}});
    addNode(*tree, "A.TXT", "A.TXT", docs, 4608, textRuns());
    addNode(*tree, "letter to the bank.doc", "LETTER~1.DOC", docs, 38000, {{Cluster{203}, 75}});
    makeFolder(*tree, 0, 1, 3);
    makeFolder(*tree, docs, 4, 2);
    makeFolder(*tree, games, 0, 0);
    return tree;
}

inline std::shared_ptr<const fat::UsageMap> makeUsage()
{
    using State = fat::ClusterState;
    return std::make_shared<const fat::UsageMap>(
        floppyGeometry(), std::vector<fat::UsageRun>{
                              {Cluster{2}, 3, docs, 0, State::Directory},
                              {Cluster{100}, 2, text, 7, State::File},
                              {Cluster{203}, 75, letter, 0, State::File},
                              {Cluster{300}, 2, games, 0, State::Directory},
                              {Cluster{430}, 4, text, 0, State::File},
                              {Cluster{500}, 107, command, 0, State::File},
                              {Cluster{700}, 3, text, 4, State::File},
                              {Cluster{820}, 9, fat::noOwner, 0, State::Lost},
                              {Cluster{1024}, 4, fat::noOwner, 0, State::CrossLinked},
                              {Cluster{1028}, 3, fat::noOwner, 0, State::Bad},
                          });
}

} // namespace fatlas::test
