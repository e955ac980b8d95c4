/// The bytes of a HexSpace in rows: offset, hex, text, and marks where sectors, clusters and
/// fragments begin. Scrolls in 64 bits.
///
/// Arrows, Page Up and Down, Home and End, Ctrl+Home and Ctrl+End move a byte cursor, with Shift
/// they select. Mouse and Shift do the same; the wheel scrolls. What is typed over bytes is told,
/// never changed here.
///
/// Units:   places of the space, see HexSpace.
/// Threads: GUI thread; does no I/O: bytes come from HexBlocks when they are there.
#pragma once

#include "ui/models/hex_blocks.hpp"
#include "ui/models/hex_copy.hpp"
#include "ui/models/hex_marks.hpp"
#include "ui/models/structure.hpp"
#include "ui/views/hex_geometry.hpp"

#include <QAbstractScrollArea>
#include <QBasicTimer>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

class HexView : public QAbstractScrollArea {
    Q_OBJECT

public:
    /// Whether the cursor went on from where it was or to somewhere else.
    enum class Move : std::uint8_t { Walk, Jump };
    enum class Show : std::uint8_t { Nearest, Centered };

    using Marker = std::function<std::vector<HexMark>(ByteRange places)>;

    explicit HexView(QWidget* parent = nullptr);
    ~HexView() override;

    /// Must outlive the view or be taken away with nullptr.
    void setBlocks(HexBlocks* blocks);
    /// Cursor and place go back to the start.
    void setSpace(std::shared_ptr<const HexSpace> space);

    /// Never null.
    [[nodiscard]] const std::shared_ptr<const HexSpace>& space() const noexcept { return m_space; }

    void setCodePage(const CodePage& page);
    void setMarker(Marker marker);
    void setStructures(std::shared_ptr<const StructureMap> structures);

    [[nodiscard]] const std::shared_ptr<const StructureMap>& structures() const noexcept
    {
        return m_structures;
    }

    /// The field that lights up, to the digit.
    void setField(std::optional<StructureField> field);

    [[nodiscard]] const std::optional<StructureField>& field() const noexcept { return m_field; }

    /// What the Focus is on: tinted. In bytes of the image.
    void setHighlight(std::optional<ByteRange> imageBytes);

    [[nodiscard]] const std::optional<ByteRange>& highlight() const noexcept { return m_highlight; }

    /// 8, 16, 32; 0 is as many as fit.
    void setBytesPerRow(int count);

    [[nodiscard]] int wishedBytesPerRow() const noexcept { return m_wishedBytesPerRow; }

    /// Said instead of bytes where there are none.
    void setEmptyText(const QString& text);

    [[nodiscard]] const HexGeometry& hexGeometry() const noexcept { return m_geometry; }

    [[nodiscard]] std::uint64_t topRow() const noexcept { return m_topRow; }

    void setTopRow(std::uint64_t row);

    /// The places in sight.
    [[nodiscard]] ByteRange visible() const { return m_geometry.visible(m_topRow); }

    [[nodiscard]] std::uint64_t cursor() const noexcept { return m_cursor; }

    /// Cursor included, at least one byte unless there are none.
    [[nodiscard]] ByteRange selection() const noexcept;
    /// Puts the cursor on the first byte of what is selected then; emits nothing.
    void select(ByteRange places, Show show = Show::Centered);
    /// As a key would: emits cursorMoved().
    void moveCursor(std::uint64_t place, bool extend, Move how = Move::Walk);
    void selectAll();

    /// What the byte is, for screen readers: "0x1FE: 0x55, 'U'; signature (Signature_word)".
    [[nodiscard]] QString describe(std::uint64_t place) const;

    /// In logical pixels, inside the viewport; nothing when out of sight.
    [[nodiscard]] std::optional<QRect> rectOf(std::uint64_t place,
                                              HexColumn column = HexColumn::Hex) const;
    [[nodiscard]] std::optional<std::uint64_t> placeAt(QPoint viewportPoint) const;

    /// Time the last paint took, in milliseconds.
    [[nodiscard]] double lastPaintMs() const noexcept { return m_lastPaintMs; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

    /// Whether typed() comes.
    void setEditable(bool editable) noexcept { m_editable = editable; }

Q_SIGNALS:
    /// Bits `mask` of the byte at the cursor are to be `value`: a hexadecimal digit in the column
    /// of bytes, a whole byte in that of text.
    void typed(std::uint64_t place, std::uint8_t value, std::uint8_t mask);
    /// By hand, or with moveCursor(). Also when only the selection changed.
    void cursorMoved(fatlas::ui::HexView::Move how);
    void hovered(std::optional<std::uint64_t> place);
    void viewChanged(); ///< place, size or space
    void menuRequested(QPoint globalPosition);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void layOut();
    void updateScrollBars();
    void followScrollBar(int action);
    void wantBytes();
    void scrollRows(std::int64_t rows);
    bool moveKey(const QKeyEvent& event);
    bool typeKey(const QKeyEvent& event);
    void requestMenu();
    void dragTo(QPoint point);
    void hoverAt(std::optional<QPoint> point);
    void setCursorPlace(std::uint64_t place, bool extend);
    void showCursorColumn();
    [[nodiscard]] QPoint contentPoint(QPoint viewportPoint) const;

    HexBlocks* m_blocks = nullptr;
    std::shared_ptr<const HexSpace> m_space = std::make_shared<const HexSpace>();
    ShownBytes m_shown; ///< in the text column
    std::shared_ptr<const StructureMap> m_structures = std::make_shared<const StructureMap>();
    Marker m_marker;
    std::optional<StructureField> m_field;
    std::optional<ByteRange> m_highlight;
    QString m_emptyText;
    HexGeometry m_geometry;
    int m_wishedBytesPerRow = 0;
    std::uint64_t m_topRow = 0;
    bool m_staysCentered = false; ///< nobody has scrolled since the jump to the cursor
    std::uint64_t m_cursor = 0;
    std::uint64_t m_anchor = 0;
    HexColumn m_column = HexColumn::Hex;
    bool m_editable = false;
    std::optional<std::uint64_t> m_halfTyped; ///< place whose upper digit was typed last
    std::optional<std::uint64_t> m_hovered;
    bool m_dragging = false;
    QBasicTimer m_dragScroll; ///< while the mouse pulls beyond an edge
    QPoint m_dragPoint;
    int m_wheelRest = 0;
    double m_lastPaintMs = 0;
};

} // namespace fatlas::ui
