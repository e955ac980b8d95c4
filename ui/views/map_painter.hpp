/// Paints the slots of a map into an image, and keeps it until something in it changes.
///
/// Units:   device pixels.
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/models/cell_space.hpp"
#include "ui/views/map_geometry.hpp"

#include <QFont>
#include <QImage>

#include <array>
#include <memory>
#include <vector>

namespace fatlas::ui {

class MapPainter {
public:
    /// All that a picture of the cells depends on.
    struct Scene {
        std::shared_ptr<const CellSpace> cells;
        MapGeometry geometry;
        std::uint64_t scroll = 0;
        StateMask filter = 0; ///< states that stay bright; 0 is all
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
        fat::ClusterState state = fat::ClusterState::Free;
        bool first = false; ///< of what belongs together, as a chain
        bool last = false;
        bool dim = false;

        [[nodiscard]] std::size_t index() const
        {
            return static_cast<std::size_t>(state) << 3 | std::size_t{first} << 2 |
                   std::size_t{last} << 1 | std::size_t{dim};
        }
    };

    static constexpr std::size_t lookCount = fat::clusterStateCount << 3;
    static constexpr std::size_t maskCount = std::size_t{1} << fat::clusterStateCount;

    void prepare();
    void paintPlain(std::uint64_t firstSlot);
    void paintTiles(std::uint64_t firstSlot);
    void paintNumbers(std::uint64_t firstSlot, const QFont& font);
    void markEnds(std::uint64_t firstSlot);
    [[nodiscard]] QPoint originOf(std::size_t visibleSlot) const;
    [[nodiscard]] const QImage& tile(Look look);
    [[nodiscard]] QImage drawTile(Look look) const;
    [[nodiscard]] QColor colorOf(Look look) const;
    [[nodiscard]] QColor inkOn(Look look) const;

    Scene m_scene;
    QImage m_image;
    std::vector<StateMask> m_masks;          ///< of the visible slots
    std::vector<Look> m_looks;               ///< of the visible slots
    std::array<Look, maskCount> m_lookOf{};  ///< by the states in a slot
    std::array<QImage, lookCount> m_tiles{}; ///< made when first needed
    bool m_valid = false;
};

} // namespace fatlas::ui
