/// How the cells of a map look in one of its modes: as runs of looks, summed up for any zoom.
///
/// A look is an index into looks(); a later one is more important, so that the rare is never hidden
/// by the many. Looks of `peers` are of the same importance: of several in a slot the first shows.
///
/// Units:   cells from 0, as the CellSpace counts them that the runs were made for.
/// Bounds:  five bytes a run, and a 32nd of that for sums.
/// Threads: immutable; shared as std::shared_ptr<const MapColouring>.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/models/cell_space.hpp"

#include <QString>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

/// What tells a look apart without its colour.
enum class CellMark : std::uint8_t { None, Bar, Cross, Dot, Slash, Edge, Ring };

struct MapLook {
    Token token = Token::Free;
    CellMark mark = CellMark::None;
    QString name;

    bool operator==(const MapLook&) const = default;
};

/// One chip of the legend: looks that are counted and filtered together.
struct LegendEntry {
    QString name;
    QString meaning;
    StateMask looks = 0;
    bool isAlwaysShown = false; ///< also when there is no such cell

    bool operator==(const LegendEntry&) const = default;
};

/// The looks of cells one after another; neighbours that look the same become one run.
class LookRuns {
public:
    void append(std::uint64_t cells, std::uint8_t look);

    [[nodiscard]] std::uint64_t cellCount() const noexcept { return m_end; }

    [[nodiscard]] std::size_t size() const noexcept { return m_firsts.size(); }

    [[nodiscard]] std::uint64_t firstOf(std::size_t run) const { return m_firsts[run]; }

    [[nodiscard]] std::uint64_t endOf(std::size_t run) const
    {
        return run + 1 < m_firsts.size() ? m_firsts[run + 1] : m_end;
    }

    [[nodiscard]] std::uint8_t lookOf(std::size_t run) const { return m_looks[run]; }

    /// The run that holds `cell` < cellCount(). O(log runs).
    [[nodiscard]] std::size_t runOf(std::uint64_t cell) const;

private:
    std::vector<std::uint32_t> m_firsts; ///< a volume has fewer than 2^32 cells
    std::vector<std::uint8_t> m_looks;
    std::uint64_t m_end = 0;
};

class MapColouring {
public:
    static constexpr std::size_t maxLooks = 16;

    struct Parts {
        std::vector<MapLook> looks; ///< at most maxLooks
        std::vector<LegendEntry> legend;
        StateMask peers = 0;
        bool addsWords = false; ///< sentences about cells name their looks as well
    };

    MapColouring(Parts parts, LookRuns runs);

    [[nodiscard]] std::uint64_t cellCount() const noexcept { return m_runs.cellCount(); }

    [[nodiscard]] const std::vector<MapLook>& looks() const noexcept { return m_parts.looks; }

    [[nodiscard]] const std::vector<LegendEntry>& legend() const noexcept { return m_parts.legend; }

    /// As CellSpace::statesInCells(), with looks.
    [[nodiscard]] StateMask looksInCells(CellRange cells) const;
    /// As CellSpace::fillSlots().
    void fillSlots(std::uint64_t first, std::uint64_t cellsPerSlot, std::span<StateMask> out) const;
    /// The first cell of the range with one of the looks.
    [[nodiscard]] std::optional<std::uint64_t> findLook(CellRange cells, StateMask looks) const;
    /// Cells with one of the looks.
    [[nodiscard]] std::uint64_t count(StateMask looks) const;
    /// "dense, text": what there is to add to a sentence about these cells; mostly nothing.
    [[nodiscard]] QString wordsAbout(CellRange cells) const;

private:
    [[nodiscard]] StateMask looksOfRuns(std::size_t first, std::size_t end) const;
    [[nodiscard]] std::size_t firstRunWith(StateMask looks, std::size_t first,
                                           std::size_t end) const;
    [[nodiscard]] StateMask withOnePeer(StateMask mask, std::size_t first, std::size_t end) const;

    Parts m_parts;
    LookRuns m_runs;
    std::vector<StateMask> m_blocks;     ///< looks of every 64 runs
    std::vector<std::uint64_t> m_counts; ///< by look
};

} // namespace fatlas::ui
