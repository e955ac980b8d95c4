/// The map of every cluster: paints what is visible, scrolls in 64 bits, follows Focus.
///
/// Arrows, Home, End, Page Up and Down move a cell cursor; Return selects the owner of its cell;
/// N and P go to the next and previous cluster of the chain; + - 0 zoom. Wheel scrolls, Ctrl+wheel
/// zooms at the pointer.
///
/// Units:   cells and clusters as MapCells says; scroll offsets in device pixels.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/base/units.hpp"

#include "ui/document/focus.hpp"
#include "ui/models/map_cells.hpp"
#include "ui/views/map_geometry.hpp"
#include "ui/views/map_overlay.hpp"
#include "ui/views/map_painter.hpp"

#include <QPointer>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

namespace fatlas::ui {

class ClusterMapView : public QWidget {
    Q_OBJECT

public:
    /// One sentence about a range of cells (one cell, or those that share a slot).
    using Describer = std::function<QString(CellRange cells)>;

    explicit ClusterMapView(QWidget* parent = nullptr);
    ~ClusterMapView() override;

    /// The last map stays on screen until then. Keeps zoom, cursor and place where they fit.
    void setCells(std::shared_ptr<const MapCells> cells);

    [[nodiscard]] const std::shared_ptr<const MapCells>& cells() const noexcept { return m_cells; }

    void setFocus(Focus* focus);
    using QWidget::setFocus;
    void setDescriber(Describer describer);
    /// States that stay bright; 0 is no filter.
    void setFilter(StateMask filter);

    [[nodiscard]] StateMask filter() const noexcept { return m_filter; }

    /// What the page behind it is painted with: Panel (at first) or Window.
    void setBackgroundToken(Token token);

    void setZoom(MapZoom zoom);

    [[nodiscard]] MapZoom zoom() const noexcept { return m_zoom; }

    void zoomBy(int steps);
    /// "1 cell = 1 cluster", "1 cell = 134 clusters"
    [[nodiscard]] QString scaleText() const;

    [[nodiscard]] const MapGeometry& mapGeometry() const noexcept { return m_geometry; }

    [[nodiscard]] std::uint64_t scrollOffset() const noexcept { return m_scroll; }

    void setScrollOffset(std::uint64_t offset);
    /// Also for what stands beside the map.
    void scrollByWheel(const QWheelEvent& event);

    [[nodiscard]] CellRange visibleCells() const;

    [[nodiscard]] std::optional<std::uint64_t> cursorCell() const noexcept { return m_cursor; }

    /// Moves the cursor and scrolls to it.
    void setCursorCell(std::uint64_t cell);
    void scrollToCell(std::uint64_t cell);
    /// What is in the cells, in words: the describer's sentence, else the state.
    [[nodiscard]] QString describe(CellRange cells) const;

    /// In logical pixels, inside the widget; for tooltips, tests and screen readers.
    [[nodiscard]] std::optional<QRect> rectOfCell(std::uint64_t cell) const;
    [[nodiscard]] std::optional<std::uint64_t> cellAt(QPoint position) const;

    /// Time the last paint took, in milliseconds.
    [[nodiscard]] double lastPaintMs() const noexcept { return m_lastPaintMs; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void hoveredText(const QString& text); ///< empty when the pointer leaves
    void cellActivated(std::uint64_t cell);
    void cursorMoved(std::uint64_t cell);
    void viewChanged(); ///< cells, zoom, place or size

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Step : std::uint8_t { Cluster, Fragment };

    void layOutCells();
    [[nodiscard]] MapGeometry geometryFor(MapZoom zoom) const;
    [[nodiscard]] QPoint devicePoint(QPoint position) const;
    void followFocus();
    void followHover();
    void selectCell(std::uint64_t cell);
    void hoverAt(QPoint position);
    void zoomAt(std::optional<QPoint> position, int steps);
    bool zoomKey(const QKeyEvent& event);
    bool chainKey(const QKeyEvent& event);
    bool cursorKey(const QKeyEvent& event);
    void moveCursorBy(std::int64_t slotCount);
    void stepChain(Step step, int direction);
    void goToChainEnd(int direction);
    void selectCluster(Cluster cluster);
    void paintOverlays(QPainter& painter) const;
    [[nodiscard]] std::uint64_t representative(std::uint64_t slot) const;
    [[nodiscard]] FocusTarget targetOf(std::uint64_t cell) const;
    [[nodiscard]] FocusTarget hoverTargetOf(std::uint64_t cell) const;
    [[nodiscard]] QString toolTipAt(QPoint position) const;

    std::shared_ptr<const MapCells> m_cells;
    QPointer<Focus> m_focus;
    Describer m_describer;
    MapGeometry m_geometry;
    MapPainter m_painter;
    MapZoom m_zoom;
    MapSelection m_selection;
    MapSelection m_hoverChain;
    StateMask m_filter = 0;
    Token m_background = Token::Panel;
    std::uint64_t m_scroll = 0;
    std::optional<std::uint64_t> m_cursor;
    std::optional<std::uint64_t> m_hoveredSlot;
    int m_wheelRest = 0;
    double m_lastPaintMs = 0;
    bool m_publishing = false; ///< what comes back from Focus is our own
};

} // namespace fatlas::ui
