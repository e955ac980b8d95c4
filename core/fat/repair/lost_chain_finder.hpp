/// Internal to planRepair(): allocated clusters that no file or folder owns, sorted into chains.
///
/// Every such cluster is in exactly one chain. Where two run together the one that is found second
/// ends before; a loop begins at its lowest cluster.
///
/// Bounds: two bits a cluster; the first `maxFound` chains.
#pragma once

#include "core/fat/repair/fat_editor.hpp"

#include <functional>
#include <vector>

namespace fatlas::fat {

struct FoundChain {
    Cluster first;
    Cluster last;
    std::uint32_t clusterCount = 0;
    bool hasEndMark = false; ///< else the last entry must be mended
};

class LostChainFinder {
public:
    static constexpr std::size_t maxFound = 100'000;

    LostChainFinder(RepairSession& session, const FatEditor& fat);

    [[nodiscard]] Result<std::vector<FoundChain>> find();
    /// After find(): the clusters of chains beyond the first maxFound, as rows, until all are told.
    [[nodiscard]] Result<>
    forEachUnlisted(const std::function<Result<>(ClusterRange clusters)>& take);

private:
    enum class Heads : std::uint8_t { NotPointedTo, Any };

    /// Calls `take(cluster, entry)` for each allocated cluster that is not seen yet.
    template <class Take>
    [[nodiscard]] Result<> forEachLost(const Take& take);
    [[nodiscard]] Result<> markPointedTo();
    [[nodiscard]] Result<> walkFrom(Heads heads);
    [[nodiscard]] Result<> walk(Cluster first);

    RepairSession& m_session;
    const Geometry& m_geometry;
    const FatEditor& m_fat;
    std::vector<bool> m_seen;      ///< owned, or in a chain that was found
    std::vector<bool> m_pointedTo; ///< by a lost cluster
    std::vector<FoundChain> m_found;
};

} // namespace fatlas::fat
