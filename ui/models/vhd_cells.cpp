#include "ui/models/vhd_cells.hpp"

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr std::uint64_t group = 64;
constexpr std::uint32_t noBlock = UINT32_MAX;

} // namespace

fat::ClusterState lookOf(vhd::BlockState state) noexcept
{
    switch (state) {
    case vhd::BlockState::Nowhere: return fat::ClusterState::Free;
    case vhd::BlockState::InParent: return fat::ClusterState::System;
    case vhd::BlockState::Whole: return fat::ClusterState::File;
    case vhd::BlockState::Partial: return fat::ClusterState::Directory;
    case vhd::BlockState::Outside: return fat::ClusterState::Lost;
    case vhd::BlockState::Overlapping: return fat::ClusterState::CrossLinked;
    }
    return fat::ClusterState::Free;
}

fat::ClusterState lookOf(const vhd::FilePiece& piece) noexcept
{
    if (piece.overlaps)
        return fat::ClusterState::CrossLinked;
    switch (piece.kind) {
    case vhd::FilePiece::Kind::Gap: return fat::ClusterState::Free;
    case vhd::FilePiece::Kind::Data: return fat::ClusterState::File;
    case vhd::FilePiece::Kind::Block:
        return piece.isOutOfOrder ? fat::ClusterState::Directory : fat::ClusterState::File;
    default: return fat::ClusterState::System;
    }
}

std::shared_ptr<const VhdCells> VhdCells::inDiskOrder(const vhd::BlockMap& blocks)
{
    auto cells = std::make_shared<VhdCells>();
    cells->m_looks.resize(blocks.states.size());
    std::ranges::transform(blocks.states, cells->m_looks.begin(),
                           [](vhd::BlockState state) { return maskOf(lookOf(state)); });
    cells->m_largest = blocks.states.empty() ? 0 : blocks.states.size() - 1;
    cells->sum();
    return cells;
}

std::shared_ptr<const VhdCells> VhdCells::inFileOrder(const vhd::FileLayout& layout)
{
    auto cells = std::make_shared<VhdCells>();
    cells->m_looks.reserve(layout.pieces.size());
    cells->m_blocks.reserve(layout.pieces.size());
    for (const vhd::FilePiece& piece : layout.pieces) {
        const bool isBlock = piece.kind == vhd::FilePiece::Kind::Block;
        cells->m_looks.push_back(maskOf(lookOf(piece)));
        cells->m_blocks.push_back(isBlock ? piece.block : noBlock);
        if (isBlock)
            cells->m_largest = std::max<std::uint64_t>(cells->m_largest, piece.block);
    }
    cells->sum();
    return cells;
}

void VhdCells::sum()
{
    m_sums.assign((m_looks.size() + group - 1) / group, 0);
    std::array<std::uint64_t, 256> seen{};
    for (std::size_t i = 0; i < m_looks.size(); ++i) {
        m_sums[i / group] |= m_looks[i];
        ++seen[m_looks[i]];
    }
    for (std::size_t state = 0; state < fat::clusterStateCount; ++state)
        m_counts[state] = seen[std::size_t{1} << state];
}

StateMask VhdCells::statesInCells(CellRange cells) const
{
    const std::uint64_t end = std::min<std::uint64_t>(cells.end(), m_looks.size());
    StateMask mask = 0;
    for (std::uint64_t cell = cells.first; cell < end;) {
        if (cell % group == 0 && end - cell >= group) {
            mask |= m_sums[cell / group];
            cell += group;
        } else {
            mask |= m_looks[cell++];
        }
    }
    return mask;
}

void VhdCells::fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot,
                         std::span<StateMask> out) const
{
    for (StateMask& slot : out) {
        slot = statesInCells({first, cellsPerSlot});
        first += cellsPerSlot;
    }
}

std::optional<std::uint64_t> VhdCells::findState(CellRange cells, fat::ClusterState state) const
{
    const std::uint64_t end = std::min<std::uint64_t>(cells.end(), m_looks.size());
    for (std::uint64_t cell = cells.first; cell < end;) {
        const bool skips =
            cell % group == 0 && end - cell >= group && (m_sums[cell / group] & maskOf(state)) == 0;
        if (!skips && m_looks[cell] == maskOf(state))
            return cell;
        cell += skips ? group : 1;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> VhdCells::numberOf(std::uint64_t cell) const
{
    if (cell >= m_looks.size())
        return std::nullopt;
    if (m_blocks.empty())
        return cell;
    return m_blocks[cell] == noBlock ? std::nullopt : std::optional<std::uint64_t>(m_blocks[cell]);
}

std::optional<std::uint64_t> VhdCells::cellOfBlock(std::uint64_t block) const
{
    if (m_blocks.empty())
        return block < m_looks.size() ? std::optional(block) : std::nullopt;
    const auto found = std::ranges::find(m_blocks, block);
    return found == m_blocks.end()
               ? std::nullopt
               : std::optional(static_cast<std::uint64_t>(found - m_blocks.begin()));
}

} // namespace fatlas::ui
