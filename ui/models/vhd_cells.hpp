/// The blocks of a VHD as cells of a map, in the order of the disk or of the file.
///
/// Shape:   in the order of the disk a cell is a block; in that of the file it is a piece of the
///          file (vhd::FilePiece): a structure, a block with its bitmap, or a gap.
/// Units:   cells from 0; numberOf() is the number of a block.
/// Bounds:  two bytes a cell, and a 64th of that for sums.
#pragma once

#include "core/vhd/block_map.hpp"

#include "ui/models/cell_space.hpp"

#include <array>
#include <memory>
#include <vector>

namespace fatlas::ui {

/// How blocks look on the map: the colours and marks of clusters.
[[nodiscard]] fat::ClusterState lookOf(vhd::BlockState state) noexcept;
[[nodiscard]] fat::ClusterState lookOf(const vhd::FilePiece& piece) noexcept;

class VhdCells final : public CellSpace {
public:
    [[nodiscard]] static std::shared_ptr<const VhdCells> inDiskOrder(const vhd::BlockMap& blocks);
    [[nodiscard]] static std::shared_ptr<const VhdCells> inFileOrder(const vhd::FileLayout& layout);

    [[nodiscard]] std::uint64_t cellCount() const noexcept override { return m_looks.size(); }

    [[nodiscard]] StateMask statesInCells(CellRange cells) const override;
    void fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot,
                   std::span<StateMask> out) const override;
    [[nodiscard]] std::optional<std::uint64_t> findState(CellRange cells,
                                                         fat::ClusterState state) const override;

    [[nodiscard]] std::uint64_t count(fat::ClusterState state) const override
    {
        return m_counts[static_cast<std::size_t>(state)];
    }

    [[nodiscard]] std::optional<std::uint64_t> numberOf(std::uint64_t cell) const override;

    [[nodiscard]] std::uint64_t largestNumber() const override { return m_largest; }

    /// The cell of a block; nothing when the file does not hold it.
    [[nodiscard]] std::optional<std::uint64_t> cellOfBlock(std::uint64_t block) const;

private:
    void sum();

    std::vector<StateMask> m_looks; ///< one bit each
    std::vector<StateMask> m_sums;  ///< of every `group` cells
    std::array<std::uint64_t, fat::clusterStateCount> m_counts{};
    std::vector<std::uint32_t> m_blocks; ///< of cells, in the order of the file; else empty
    std::uint64_t m_largest = 0;
};

} // namespace fatlas::ui
