/// A picture of the whole map with title and legend, for files.
///
/// All cells are on it, whatever part is on screen, in the colours and the order that are. Large
/// maps are pixels in an SVG, too.
///
/// Units:   pixels of the picture; SVG counts in the same.
/// Threads: GUI thread; what comes out can be encoded and written anywhere.
#pragma once

#include "ui/views/map_painter.hpp"

#include <QByteArray>
#include <QFont>
#include <QImage>
#include <QString>

#include <vector>

namespace fatlas::ui {

class CellMapView;
class MapLegend;

/// "File: 1,708, 60 %" and the colours in front of it.
struct LegendLine {
    QString text;
    std::vector<Token> swatches;
};

class MapExport {
public:
    static constexpr int usualWidth = 1600;
    static constexpr std::uint64_t maxVectorSlots = 20'000;

    MapExport(const CellMapView& map, const MapLegend& legend, QString title,
              int width = usualWidth);

    [[nodiscard]] QSize size() const;
    [[nodiscard]] QImage image() const;
    [[nodiscard]] QByteArray svg() const;

private:
    enum class Cells : std::uint8_t { AsPixels, AsShapes };

    void paint(QPainter& painter, Cells cells) const;
    void paintShapes(QPainter& painter) const;
    int paintLegend(QPainter* painter, int top) const;
    [[nodiscard]] QImage mapImage() const;
    [[nodiscard]] int titleHeight() const;

    MapPainter::Scene m_scene;
    std::vector<MapLook> m_looks;
    std::vector<LegendLine> m_legend;
    QString m_title;
    QFont m_font;
    int m_width;
};

} // namespace fatlas::ui
