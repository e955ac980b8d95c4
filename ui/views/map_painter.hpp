/// Paints the slots of a map into an image, and keeps it until something in it changes.
///
/// Units:   device pixels.
/// Threads: GUI thread.
#pragma once

#include "ui/models/map_cells.hpp"
#include "ui/views/map_geometry.hpp"

#include <QFont>
#include <QImage>

#include <memory>
#include <vector>

namespace fatlas::ui {

class MapPainter {
public:
    /// All that a picture of the cells depends on.
    struct Scene {
        std::shared_ptr<const MapCells> cells;
        MapGeometry geometry;
        std::uint64_t scroll = 0;
        StateMask filter = 0; ///< states that stay bright; 0 is all
    };

    /// The picture has the viewport's size and its device pixel ratio.
    [[nodiscard]] const QImage& paint(const Scene& scene, const QFont& font);
    /// After the theme, the font or the cells changed.
    void invalidate();

private:
    /// One slot as it looks: state, ends of its chain, dimmed.
    struct Look {
        fat::ClusterState state = fat::ClusterState::Free;
        bool first = false;
        bool last = false;
        bool dim = false;
    };

    void paintPlain(const Scene& scene, std::span<const fat::ClusterState> states);
    void paintGlyphs(const Scene& scene, std::span<const fat::ClusterState> states);
    void paintNumbers(const Scene& scene, std::span<const fat::ClusterState> states,
                      const QFont& font);
    void prepareTiles(int slotSize, double ratio);
    void blit(const QImage& tile, QPoint at);
    [[nodiscard]] const QImage& tile(Look look);
    [[nodiscard]] QImage drawTile(Look look) const;

    QImage m_image;
    Scene m_scene;
    std::vector<QImage> m_tiles; ///< by Look, made when first needed
    int m_tileSize = 0;
    double m_tileRatio = 1.0;
    bool m_valid = false;
};

} // namespace fatlas::ui
