/// Paints the rows of the hex view that are in sight.
///
/// Units:   logical pixels of the content; the caller has translated for horizontal scrolling.
/// Threads: GUI thread.
#pragma once

#include "ui/models/hex_blocks.hpp"
#include "ui/models/hex_copy.hpp"
#include "ui/models/hex_marks.hpp"
#include "ui/models/structure.hpp"
#include "ui/views/hex_geometry.hpp"

#include <QFont>

#include <optional>
#include <vector>

class QPainter;

namespace fatlas::ui {

struct HexScene {
    const HexGeometry* geometry = nullptr;
    std::uint64_t topRow = 0;
    ByteRange places = {}; ///< in sight
    std::vector<HexByte> bytes = {};
    std::vector<std::uint64_t> imageOffsets = {}; ///< of each byte
    std::vector<HexMark> marks = {};
    const StructureMap* structures = nullptr;
    const StructureField* field = nullptr;
    const ShownBytes* shown = nullptr;
    std::optional<ByteRange> highlight = {}; ///< in bytes of the image
    std::uint64_t contentSize = 0;           ///< places behind it are slack
    ByteRange selection = {};
    std::uint64_t cursor = 0;
    HexColumn cursorColumn = HexColumn::Hex;
    bool hasFocus = false;
    int width = 0; ///< of the content
    int height = 0;
};

/// Fonts and metrics of the view at the size of the widget's font.
[[nodiscard]] QFont hexFont();
[[nodiscard]] HexMetrics hexMetrics();

void paintHex(QPainter& painter, const HexScene& scene);

} // namespace fatlas::ui
