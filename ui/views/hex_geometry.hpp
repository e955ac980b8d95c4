/// Where each byte is on the screen, and which byte is where: the layout of the hex view without
/// painting.
///
/// Units:      logical pixels; rows and places are 64 bit, `topRow` is the first row in sight.
/// Shape:      | offset | hex, a gap every 8 bytes | text | marks of borders and seams |
/// Invariants: 8, 16 or 32 bytes a row; a row begins at a multiple of that.
/// Threads:    plain value.
#pragma once

#include "ui/models/hex_space.hpp"

#include <QPoint>
#include <QRect>
#include <QSize>

#include <cstdint>
#include <optional>

namespace fatlas::ui {

/// Of the font in use.
struct HexMetrics {
    int charWidth = 8;
    int rowHeight = 18;
    int headerHeight = 20;
    int margin = 8;
};

enum class HexColumn : std::uint8_t { Hex, Text };

struct HexHit {
    std::uint64_t place = 0;
    HexColumn column = HexColumn::Hex;
};

class HexGeometry {
public:
    HexGeometry() = default;
    /// `bytesPerRow` 8, 16 or 32; 0: 16, or what fits.
    HexGeometry(QSize viewport, const HexMetrics& metrics, std::uint64_t size, int bytesPerRow);

    [[nodiscard]] const HexMetrics& metrics() const noexcept { return m_metrics; }

    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

    [[nodiscard]] int bytesPerRow() const noexcept { return m_bytesPerRow; }

    [[nodiscard]] int offsetDigits() const noexcept { return m_offsetDigits; }

    [[nodiscard]] std::uint64_t rowCount() const noexcept;
    /// Rows of which all can be seen; at least 1.
    [[nodiscard]] int fullRows() const noexcept;
    [[nodiscard]] std::uint64_t maxTopRow() const noexcept;

    [[nodiscard]] std::uint64_t rowOf(std::uint64_t place) const noexcept
    {
        return place / static_cast<unsigned>(m_bytesPerRow);
    }

    /// The top row from which `place` can be seen, nearest to `topRow`.
    [[nodiscard]] std::uint64_t topRowToShow(std::uint64_t place, std::uint64_t topRow) const;
    /// The same a third of the way down: for jumps.
    [[nodiscard]] std::uint64_t topRowToCenter(std::uint64_t place) const;
    /// What is at least partly in sight.
    [[nodiscard]] ByteRange visible(std::uint64_t topRow) const;

    [[nodiscard]] int offsetX() const noexcept { return m_metrics.margin; }

    [[nodiscard]] int cellX(HexColumn column, int index) const noexcept;
    [[nodiscard]] int cellWidth(HexColumn column) const noexcept;
    [[nodiscard]] int marksX() const noexcept;

    /// Of all columns without the marks.
    [[nodiscard]] int contentWidth() const noexcept { return marksX(); }

    [[nodiscard]] int rowY(std::uint64_t row, std::uint64_t topRow) const noexcept;
    /// Nothing when the row is out of sight.
    [[nodiscard]] std::optional<QRect> rectOf(std::uint64_t place, HexColumn column,
                                              std::uint64_t topRow) const;
    /// The byte at or next to a point: beside the columns the nearest one counts. Nothing above or
    /// below the rows.
    [[nodiscard]] std::optional<HexHit> hitAt(QPoint point, std::uint64_t topRow) const;

private:
    [[nodiscard]] int widthFor(int bytesPerRow) const noexcept;
    [[nodiscard]] int indexAt(int x, HexColumn column) const noexcept;

    QSize m_viewport;
    HexMetrics m_metrics;
    std::uint64_t m_size = 0;
    int m_bytesPerRow = 16;
    int m_offsetDigits = 8;
};

/// A scroll bar has 31 bits: rows are mapped to it, one to one as long as they fit.
namespace scroll_bar {

inline constexpr int maxValue = 1 << 30;

[[nodiscard]] int range(std::uint64_t maxTopRow) noexcept;
[[nodiscard]] int valueOf(std::uint64_t topRow, std::uint64_t maxTopRow) noexcept;
[[nodiscard]] std::uint64_t rowOf(int value, std::uint64_t maxTopRow) noexcept;

} // namespace scroll_bar

} // namespace fatlas::ui
