/// The map of every cluster, following Focus.
///
/// As any map of cells; Return selects the owner of its cell, N and P go to the next and previous
/// cluster of the chain, with Shift to the next and previous fragment, Home and End to its ends.
///
/// Units:   cells and clusters as MapCells says.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/base/units.hpp"

#include "ui/document/focus.hpp"
#include "ui/models/map_cells.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/map_heat.hpp"

#include <QPointer>

namespace fatlas::ui {

class ClusterMapView : public CellMapView {
    Q_OBJECT

public:
    explicit ClusterMapView(QWidget* parent = nullptr);
    ~ClusterMapView() override;

    /// As setSpace().
    void setCells(std::shared_ptr<const MapCells> cells);

    [[nodiscard]] const std::shared_ptr<const MapCells>& cells() const noexcept { return m_cells; }

    void setFocus(Focus* focus);
    using QWidget::setFocus;

    /// Where guests are at work on the disk whose volume begins at `volumeOffset`; null: nowhere.
    void setGlow(std::shared_ptr<const Glow> glow, std::uint64_t volumeOffset);
    /// Scrolls to where guests are at work, unless some of that is in sight.
    void followGlow();

protected:
    void selectCell(std::uint64_t cell) override;
    void selectCells(const std::vector<CellRange>& cells) override;
    [[nodiscard]] QString sumWords(const std::vector<CellRange>& cells) const override;
    void hoverCell(std::optional<std::uint64_t> cell) override;
    bool takeKey(const QKeyEvent& event) override;
    void paintOver(QPainter& painter, const MapFrame& frame) const override;
    [[nodiscard]] QString usualWords(CellRange cells) const override;

private:
    enum class Step : std::uint8_t { Cluster, Fragment };

    void followFocus();
    void followHover();
    void stepChain(Step step, int direction);
    void goToChainEnd(int direction);
    void selectCluster(Cluster cluster);
    [[nodiscard]] std::vector<ClusterRange> clustersOf(const std::vector<CellRange>& cells) const;
    [[nodiscard]] FocusTarget targetOf(std::uint64_t cell) const;
    [[nodiscard]] FocusTarget hoverTargetOf(std::uint64_t cell) const;

    std::shared_ptr<const MapCells> m_cells;
    QPointer<Focus> m_focus;
    MapSelection m_selection;
    MapSelection m_hoverChain;
    std::shared_ptr<const Glow> m_glow;
    std::uint64_t m_glowOffset = 0;
    mutable HeatPainter m_heat;
    bool m_publishing = false; ///< what comes back from Focus is our own
};

} // namespace fatlas::ui
