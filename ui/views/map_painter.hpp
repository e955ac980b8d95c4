/// Paints the slots of a map into an image, and keeps it until something in it changes.
///
/// Units:   device pixels.
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/models/cell_space.hpp"
#include "ui/models/map_colouring.hpp"
#include "ui/views/map_geometry.hpp"

#include <QFont>
#include <QImage>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

class QPainter;

namespace fatlas::ui {

/// The second channel of a look, in the colour of the painter's pen.
void drawMark(QPainter& painter, CellMark mark, const QRectF& cell, double ratio);

class MapPainter {
public:
    /// All that a picture of the cells depends on.
    struct Scene {
        std::shared_ptr<const CellSpace> cells;
        std::shared_ptr<const MapColouring> colouring; ///< null: the states of the cells
        MapGeometry geometry;
        std::uint64_t scroll = 0;
        StateMask filter = 0; ///< looks that stay bright; 0 is all
        Token background = Token::Panel;

        bool operator==(const Scene&) const = default;
    };

    /// The picture has the viewport's size and its device pixel ratio.
    [[nodiscard]] const QImage& paint(const Scene& scene, const QFont& font);
    /// After the theme or the font changed.
    void invalidate();

private:
    /// One slot as it looks.
    struct Look {
        std::uint8_t look = 0;
        bool first = false; ///< of what belongs together, as a chain
        bool last = false;
        bool dim = false;

        [[nodiscard]] std::size_t index() const
        {
            return std::size_t{look} << 3 | std::size_t{first} << 2 | std::size_t{last} << 1 |
                   std::size_t{dim};
        }
    };

    void prepare();
    void fillMasks();
    void paintPlain();
    void paintTiles();
    void paintNumbers(const QFont& font);
    void markEnds();
    [[nodiscard]] std::uint64_t firstSlot() const;
    [[nodiscard]] std::optional<std::uint64_t> slotOf(std::size_t visible) const;
    [[nodiscard]] const std::vector<MapLook>& looks() const;
    [[nodiscard]] QPoint originOf(std::size_t visibleSlot) const;
    [[nodiscard]] const QImage& tile(Look look);
    [[nodiscard]] QImage drawTile(Look look) const;
    [[nodiscard]] QColor colorOf(Look look) const;
    [[nodiscard]] QColor inkOn(Look look) const;

    Scene m_scene;
    QImage m_image;
    std::vector<std::uint32_t> m_slots; ///< of the visible positions, where they are not in order
    std::vector<StateMask> m_masks;     ///< of the visible positions
    std::vector<Look> m_looks;          ///< of the visible positions
    std::vector<Look> m_lookOf;         ///< by the looks in a slot
    std::vector<QImage> m_tiles;        ///< made when first needed
    bool m_valid = false;
};

} // namespace fatlas::ui
