/// A map of cells: paints what is visible, scrolls in 64 bits, has a cell cursor.
///
/// Arrows, Home, End, Page Up and Down move the cursor; Return activates its cell; + - 0 zoom.
/// Wheel scrolls, Ctrl+wheel zooms at the pointer, pulling with the mouse is a rubber band. What
/// the cells are is for those who derive.
///
/// Units:   cells as CellSpace says; scroll offsets in device pixels.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/models/cell_space.hpp"
#include "ui/views/map_geometry.hpp"
#include "ui/views/map_overlay.hpp"
#include "ui/views/map_painter.hpp"

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

namespace fatlas::ui {

class CellMapView : public QWidget {
    Q_OBJECT

public:
    /// One sentence about a range of cells (one cell, or those that share a slot).
    using Describer = std::function<QString(CellRange cells)>;

    explicit CellMapView(QWidget* parent = nullptr);
    ~CellMapView() override;

    /// The last map stays on screen until then. Keeps zoom, cursor and place where they fit.
    void setSpace(std::shared_ptr<const CellSpace> space);

    [[nodiscard]] const std::shared_ptr<const CellSpace>& space() const noexcept { return m_space; }

    void setDescriber(Describer describer);
    /// What one cell is: "cluster", "clusters".
    void setUnit(const QString& one, const QString& many);
    /// Another look for the same cells; null: their states. Takes the filter away.
    void setColouring(std::shared_ptr<const MapColouring> colouring);

    [[nodiscard]] const std::shared_ptr<const MapColouring>& colouring() const noexcept
    {
        return m_colouring;
    }

    /// All looks in the range.
    [[nodiscard]] StateMask looksIn(CellRange cells) const;
    /// By look: those of the colouring, else the states.
    [[nodiscard]] const std::vector<MapLook>& looks() const;

    /// In which order cells fill the view; Tracks needs the floppy they are of, else it is Rows.
    void setOrder(MapOrder order, const std::optional<TrackGrid>& tracks = std::nullopt);

    /// Looks that stay bright; 0 is no filter.
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

    /// What is painted, for pictures of it.
    [[nodiscard]] MapPainter::Scene scene() const;
    [[nodiscard]] MapContents contents() const;
    /// Also for what stands beside the map.
    void scrollByWheel(const QWheelEvent& event);

    [[nodiscard]] CellRange visibleCells() const;

    [[nodiscard]] std::optional<std::uint64_t> cursorCell() const noexcept { return m_cursor; }

    /// Moves the cursor and scrolls to it.
    void setCursorCell(std::uint64_t cell);
    void scrollToCell(std::uint64_t cell);
    /// What is in the cells, in words: the describer's sentence, else usualWords().
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
    void viewChanged(); ///< cells, looks, order, zoom, place or size

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

    /// A cell was clicked, or Return was pressed on it.
    virtual void selectCell(std::uint64_t cell);
    /// The rubber band was let go around these, in order.
    virtual void selectCells(const std::vector<CellRange>& cells);
    /// "213 clusters": what a rubber band holds so far.
    [[nodiscard]] virtual QString sumWords(const std::vector<CellRange>& cells) const;
    /// The pointer is over this cell now, or over none.
    virtual void hoverCell(std::optional<std::uint64_t> cell);
    /// Keys that go before those of the cursor; true: taken.
    virtual bool takeKey(const QKeyEvent& event);
    /// In device pixels, between the cells and the cursor.
    virtual void paintOver(QPainter& painter, const MapFrame& frame) const;
    [[nodiscard]] virtual QString usualWords(CellRange cells) const;

    /// Without a sign of it: whoever calls has told already.
    void putCursor(std::uint64_t cell) { m_cursor = cell; }

    [[nodiscard]] Token backgroundToken() const noexcept { return m_background; }

private:
    void layOutCells();
    [[nodiscard]] MapGeometry geometryFor(MapZoom zoom) const;
    [[nodiscard]] QPoint devicePoint(QPoint position) const;
    void hoverAt(QPoint position);
    void zoomAt(std::optional<QPoint> position, int steps);
    bool zoomKey(const QKeyEvent& event);
    bool cursorKey(const QKeyEvent& event);
    void moveCursorBy(std::int64_t places);
    void paintOverlays(QPainter& painter) const;
    void paintTrackLabels(QPainter& painter) const;
    void pullBand(QPoint from, QPoint to);
    [[nodiscard]] std::vector<CellRange> cellsInBand() const;
    [[nodiscard]] std::uint64_t representative(std::uint64_t slot) const;
    [[nodiscard]] QString toolTipAt(QPoint position) const;

    std::shared_ptr<const CellSpace> m_space;
    std::shared_ptr<const MapColouring> m_colouring;
    MapOrder m_order = MapOrder::Rows;
    std::optional<TrackGrid> m_tracks;
    std::optional<QPoint> m_pressed; ///< where a rubber band would begin
    QRect m_band;                    ///< while it is pulled
    Describer m_describer;
    QString m_one;
    QString m_many;
    MapGeometry m_geometry;
    MapPainter m_painter;
    MapZoom m_zoom;
    StateMask m_filter = 0;
    Token m_background = Token::Panel;
    std::uint64_t m_scroll = 0;
    std::optional<std::uint64_t> m_cursor;
    std::optional<std::uint64_t> m_hoveredSlot;
    int m_wheelRest = 0;
    double m_lastPaintMs = 0;
};

} // namespace fatlas::ui
