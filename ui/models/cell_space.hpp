/// Cells that a map paints: how many there are, and how each of them looks.
///
/// A look is one of the states of clusters, whatever the cells stand for: colour, second channel
/// and importance are those of fat::ClusterState everywhere.
///
/// Units:   cells from 0, 64-bit.
/// Threads: immutable; shared as std::shared_ptr<const CellSpace>.
#pragma once

#include "core/fat/usage_map.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

/// Half-open: [first, first + count).
struct CellRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    [[nodiscard]] std::uint64_t end() const { return first + count; }

    [[nodiscard]] bool contains(std::uint64_t cell) const { return cell >= first && cell < end(); }

    bool operator==(const CellRange&) const = default;
};

/// One bit per look: a fat::ClusterState, or what a MapColouring has in its place.
using StateMask = std::uint16_t;

[[nodiscard]] constexpr StateMask maskOf(fat::ClusterState state)
{
    return static_cast<StateMask>(1U << static_cast<unsigned>(state));
}

/// The most important state in a mask that is not empty.
[[nodiscard]] constexpr fat::ClusterState worstOf(StateMask mask)
{
    return static_cast<fat::ClusterState>(std::bit_width(mask) - 1);
}

class CellSpace {
public:
    CellSpace() = default;
    CellSpace(const CellSpace&) = delete;
    CellSpace& operator=(const CellSpace&) = delete;
    virtual ~CellSpace() = default;

    [[nodiscard]] virtual std::uint64_t cellCount() const noexcept = 0;
    /// All states in the range.
    [[nodiscard]] virtual StateMask statesInCells(CellRange cells) const = 0;
    /// out[i] = all states of cells [first + i * cellsPerSlot, + cellsPerSlot), 0 past the last
    /// cell. One pass for painting.
    virtual void fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot,
                           std::span<StateMask> out) const = 0;
    /// The first cell of the range in a state; nothing when there is none.
    [[nodiscard]] virtual std::optional<std::uint64_t> findState(CellRange cells,
                                                                 fat::ClusterState state) const = 0;
    /// For the legend.
    [[nodiscard]] virtual std::uint64_t count(fat::ClusterState state) const = 0;
    /// What stands in a large cell; nothing where no number does.
    [[nodiscard]] virtual std::optional<std::uint64_t> numberOf(std::uint64_t cell) const = 0;
    [[nodiscard]] virtual std::uint64_t largestNumber() const = 0;

    /// Cells with which something begins or ends.
    struct Ends {
        std::vector<std::uint64_t> firsts;
        std::vector<std::uint64_t> lasts;
    };

    [[nodiscard]] virtual Ends endsIn(CellRange) const { return {}; }

    /// The most important state in the range, 0 < count.
    [[nodiscard]] fat::ClusterState stateOfCells(CellRange cells) const
    {
        const StateMask mask = statesInCells(cells);
        return mask ? worstOf(mask) : fat::ClusterState::Free;
    }
};

} // namespace fatlas::ui
