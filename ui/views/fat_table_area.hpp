/// The rows of a FAT table: every entry of both copies, painted as far as they are visible.
///
/// Up, Down, Page Up, Page Down, Home and End move the cursor; Return goes where the entry leads;
/// F2, a digit or a double click asks to type over it.
///
/// Units:   entries by number. The scroll bar counts rows; a FAT has at most 2^28.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/models/fat_table_entries.hpp"

#include <QAbstractScrollArea>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QPainter;

namespace fatlas::ui {

class FatTableArea : public QAbstractScrollArea {
    Q_OBJECT

public:
    /// Whose an entry is: "/DOCS/A.TXT, part 4 of 9".
    using OwnerText = std::function<QString(std::uint32_t entry)>;

    explicit FatTableArea(FatTableEntries& entries, QWidget* parent = nullptr);

    void setVolume(const fat::Geometry& geometry, OwnerText ownerText);

    [[nodiscard]] std::optional<std::uint32_t> cursor() const noexcept { return m_cursor; }

    /// Moves the cursor and scrolls to it; emits nothing.
    void setCursorEntry(std::optional<std::uint32_t> entry);

    /// "Entry 433: 0x2BC, next 700; FAT 2 the same; /DOCS/A.TXT, part 4 of 9"
    [[nodiscard]] QString sentenceOf(std::uint32_t entry) const;

    [[nodiscard]] std::uint32_t firstVisible() const;
    /// Rows that are at least partly visible.
    [[nodiscard]] std::uint32_t visibleCount() const;
    /// In the viewport, logical pixels; empty when it is not visible.
    [[nodiscard]] QRect rectOf(std::uint32_t entry) const;
    [[nodiscard]] std::optional<std::uint32_t> entryAt(QPoint inViewport) const;
    /// Where the value of an entry in a copy, from 0, stands.
    [[nodiscard]] QRect valueRectOf(std::uint32_t entry, std::uint32_t copy) const;

    /// Ascending: these are marked, and said to be not written yet.
    void setChanged(std::vector<ClusterRange> entries);

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void entryChosen(std::uint32_t entry);  ///< by the user's hand
    void linkFollowed(std::uint32_t entry); ///< Return: go where it leads
    /// `typed`: what was typed already.
    void editRequested(std::uint32_t entry, const QString& typed);
    void scrolled();
    void hoveredText(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    /// Left edges of the columns; the last one is the right end.
    struct Columns {
        int entry, first, meaning, second, owner, end;
    };

    /// Of one entry, in both copies.
    struct RawPair {
        std::uint32_t first, second;
    };

    void updateScrollBar();
    void scrollTo(std::uint32_t entry);
    void choose(std::int64_t entry);
    bool beginTyping(const QKeyEvent& event);
    [[nodiscard]] bool isChanged(std::uint32_t entry) const;
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int headerHeight() const;
    [[nodiscard]] std::uint32_t fullRows() const;
    [[nodiscard]] Columns columns() const;
    void paintHeader(QPainter& painter) const;
    void paintRow(QPainter& painter, std::uint32_t entry, const QRect& rect) const;
    void paintValues(QPainter& painter, std::uint32_t entry, const QRect& rect) const;
    void paintSecond(QPainter& painter, std::uint32_t entry, const RawPair& raw,
                     const QRect& cell) const;

    FatTableEntries& m_entries;
    fat::Geometry m_geometry;
    OwnerText m_ownerText;
    std::vector<ClusterRange> m_changed;
    std::optional<std::uint32_t> m_cursor;
};

} // namespace fatlas::ui
