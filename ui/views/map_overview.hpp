/// The whole volume in one column beside the map: where things are, where the viewport is, and
/// triangles where findings are. It is the map's scroll bar.
///
/// Threads: GUI thread.
#pragma once

#include "ui/models/cell_space.hpp"
#include "ui/models/map_colouring.hpp"

#include <QImage>
#include <QPointer>
#include <QWidget>

#include <vector>

class QPainter;

namespace fatlas::ui {

class CellMapView;

class MapOverview : public QWidget {
    Q_OBJECT

public:
    explicit MapOverview(QWidget* parent = nullptr);

    void setMap(CellMapView* map);
    /// Cells with findings; lost, bad and cross-linked cells are marked anyway.
    void setMarks(std::vector<std::uint64_t> cells);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void forget();
    void scrollTo(int y);
    void renderStrip(int height, double ratio);
    void paintBracket(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    [[nodiscard]] double yOfCell(std::uint64_t cell) const;
    [[nodiscard]] QRectF stripRect() const;

    QPointer<CellMapView> m_map;
    std::vector<std::uint64_t> m_marks;
    std::shared_ptr<const CellSpace> m_shown; ///< what the strip was made from
    std::shared_ptr<const MapColouring> m_colouring;
    QImage m_strip;              ///< one device pixel wide
    std::vector<int> m_markRows; ///< device pixel rows with a triangle
};

} // namespace fatlas::ui
