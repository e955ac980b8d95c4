/// Chains in words: how many clusters a size asks for, how a chain ends.
///
/// Threads: any.
#pragma once

#include "core/fat/tree.hpp"

#include <QString>

#include <cstdint>

namespace fatlas::ui {

/// Clusters that the size in the directory entry asks for; of a folder, those it has.
[[nodiscard]] std::uint64_t expectedClusters(const fat::TreeNode& node,
                                             const fat::Geometry& geometry);
/// "/DOCS/A.TXT: 9 clusters, 3 fragments; size 4,608 asks for 9"
[[nodiscard]] QString chainSentence(const fat::Tree& tree, std::uint32_t node,
                                    const fat::Geometry& geometry);
/// "end 0xFFF", "runs into a free cluster" ...
[[nodiscard]] QString chainEndText(fat::ChainEnd end, fat::FatType type);
/// "430 – 433", "430" for one cluster.
[[nodiscard]] QString runText(ClusterRange run);

} // namespace fatlas::ui
