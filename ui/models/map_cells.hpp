/// The cells of a cluster map: first the system area in cluster-sized pieces, then every cluster.
///
/// Shape:      cell index space = systemCellCount() system cells, then cluster 2, 3 ... The system
///             area has ceil(dataOffset / clusterSize) cells, but at most a sixteenth of the
///             clusters and 64: beyond that one system cell stands for more than a cluster's size.
/// Units:      cells from 0, 64-bit; clusters as FAT counts them.
/// Invariants: memory is proportional to the runs of the usage map.
/// Threads:    immutable; shared as std::shared_ptr<const MapCells>.
#pragma once

#include "core/fat/usage_map.hpp"

#include "ui/models/cell_space.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

class MapCells final : public CellSpace {
public:
    [[nodiscard]] static std::shared_ptr<const MapCells>
    make(std::shared_ptr<const fat::UsageMap> map);

    [[nodiscard]] const fat::UsageMap& map() const noexcept { return *m_map; }

    [[nodiscard]] std::uint64_t systemCellCount() const noexcept { return m_systemCells; }

    [[nodiscard]] std::uint64_t cellCount() const noexcept override
    {
        return m_systemCells + m_map->geometry().clusterCount;
    }

    /// Nothing for system cells and past the end.
    [[nodiscard]] std::optional<Cluster> clusterOfCell(std::uint64_t cell) const;
    /// Nothing for numbers that are not data clusters.
    [[nodiscard]] std::optional<std::uint64_t> cellOfCluster(Cluster cluster) const;
    /// The part inside the volume.
    [[nodiscard]] CellRange cellsOfRun(ClusterRange run) const;
    /// The run that holds a cell; nothing for system cells.
    [[nodiscard]] const fat::UsageRun* runOfCell(std::uint64_t cell) const;

    [[nodiscard]] fat::ClusterState stateOfCell(std::uint64_t cell) const;
    [[nodiscard]] StateMask statesInCells(CellRange cells) const override;
    /// O(slots + runs passed, in blocks).
    void fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot,
                   std::span<StateMask> out) const override;
    /// The runs that have a cluster in the range.
    [[nodiscard]] std::span<const fat::UsageRun> runsIn(CellRange cells) const;
    [[nodiscard]] std::optional<std::uint64_t> findState(CellRange cells,
                                                         fat::ClusterState state) const override;

    /// Of a cluster; system cells have none.
    [[nodiscard]] std::optional<std::uint64_t> numberOf(std::uint64_t cell) const override;
    [[nodiscard]] std::uint64_t largestNumber() const override;
    /// Of the chains of owners.
    [[nodiscard]] Ends endsIn(CellRange cells) const override;

    /// First and last cluster of its owner's chain.
    [[nodiscard]] bool isFirst(std::uint64_t cell) const;
    [[nodiscard]] bool isLast(std::uint64_t cell) const;
    /// `run` is an element of map().runs().
    [[nodiscard]] bool endsChain(const fat::UsageRun& run) const;

    /// Runs of an owner in chain order; empty when it owns nothing.
    [[nodiscard]] std::vector<ClusterRange> runsOfOwner(std::uint32_t owner) const;
    [[nodiscard]] std::uint32_t clusterCountOfOwner(std::uint32_t owner) const;

    /// System counts the cells of the system area and reserved clusters.
    [[nodiscard]] std::uint64_t count(fat::ClusterState state) const override;

private:
    explicit MapCells(std::shared_ptr<const fat::UsageMap> map);

    void indexOwners();
    void indexBlocks();
    [[nodiscard]] Cluster clusterAt(std::uint64_t cell) const;
    [[nodiscard]] std::uint64_t firstCellOf(const fat::UsageRun& run) const;
    [[nodiscard]] std::size_t runIndexOf(Cluster cluster) const;
    [[nodiscard]] StateMask statesInRuns(std::size_t first, std::size_t last) const;
    [[nodiscard]] std::span<const std::uint32_t> runIndicesOfOwner(std::uint32_t owner) const;

    std::shared_ptr<const fat::UsageMap> m_map;
    std::uint64_t m_systemCells = 0;
    std::vector<std::uint32_t> m_ownerRuns; ///< run indices by owner, then part
    std::vector<bool> m_endsChain;          ///< per run
    std::vector<StateMask> m_blockStates;   ///< all states of each block of runs
};

} // namespace fatlas::ui
