/// What the FATs themselves say about a cluster, and who leads to it.
///
/// Bounds:  the whole FAT is looked through only up to `searchedAlways` clusters, or when asked.
/// Threads: for workers; plain values.
#pragma once

#include "ui/document/volume_content.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::ui {

/// Whose FAT entry or directory entry holds the number of a cluster.
struct Pointers {
    static constexpr std::size_t maxListed = 1000;

    std::vector<Cluster> entries;     ///< of the FAT, ascending; the first ones
    std::vector<std::uint32_t> nodes; ///< files and folders that start there
    bool isWhole = false; ///< the whole FAT was looked through, not only the owner's chain
};

struct ClusterFacts {
    static constexpr std::uint32_t searchedAlways = 2'000'000; ///< clusters

    Cluster cluster;
    fat::FatEntry entry;
    std::optional<std::uint32_t> secondRaw; ///< of the second FAT; nothing: there is none
    Pointers pointers;
};

[[nodiscard]] Result<ClusterFacts> factsOf(const VolumeContent& content, Cluster cluster,
                                           const JobControl& job);

/// Looks through the FAT that is read and the tree. Progress in FAT entries.
[[nodiscard]] Result<Pointers> findPointers(const VolumeContent& content, Cluster cluster,
                                            const JobControl& job);

} // namespace fatlas::ui
