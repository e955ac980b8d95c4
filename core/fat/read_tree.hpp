/// Internal to readTree(): how the checker looks on while a tree is read, so that every directory
/// is read once, and how somebody who knows parts of it already spares reading them.
///
/// Threads: the visitor is called on the reading thread.
#pragma once

#include "core/fat/directory_reader.hpp"
#include "core/fat/tree.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace fatlas::fat {

class DirectoryVisitor {
public:
    DirectoryVisitor() = default;
    DirectoryVisitor(const DirectoryVisitor&) = delete;
    DirectoryVisitor& operator=(const DirectoryVisitor&) = delete;
    virtual ~DirectoryVisitor() = default;

    /// Called once for each directory whose slots were read, after its children and their chains
    /// are in the tree. A finding's path is empty for the folder itself, or a child's name.
    virtual std::vector<Finding> visit(const Tree& tree, std::uint32_t node,
                                       const SlotSource& slots) = 0;
};

struct TreeReading {
    DirectoryVisitor* visitor = nullptr;
    /// Instead of Volume::chain(); `node` will have the chain, each node is asked for once.
    std::function<Result<Chain>(Cluster first, std::uint32_t maxClusters, std::uint32_t node)>
        chains = {};
    /// Instead of reading a folder's clusters and decodeDirectory(), which it must agree with; no
    /// clusters: the fixed root. Then there is no visitor.
    std::function<Result<DirectoryListing>(const Chain& chain)> listings = {};
    std::size_t maxFindings = 10'000; ///< C9 says how many more there are
    std::size_t expectedNodes = 0;    ///< room for so many is made at once, within reason
    std::size_t expectedRuns = 0;
};

[[nodiscard]] Result<std::shared_ptr<const Tree>>
readTree(const Volume& volume, const TreeReading& how, const JobControl& job);

} // namespace fatlas::fat
