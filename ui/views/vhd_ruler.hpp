/// Who answers for which sector: a row for each file of the chain over the whole disk, and the
/// sectors of the selected block one by one.
///
/// On the upper part a click selects a block, Page Up and Down go to the block before and behind.
/// On the lower part Left and Right go from sector to sector, Up and Down to where somebody else
/// begins to answer, Home and End to the block's ends.
///
/// Units:   sectors of 512 bytes of the disk.
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/base/theme.hpp"
#include "ui/document/vhd_document.hpp"

#include <QWidget>

#include <optional>

namespace fatlas::ui {

class VhdRuler : public QWidget {
    Q_OBJECT

public:
    /// `document` outlives it.
    explicit VhdRuler(VhdDocument& document, QWidget* parent = nullptr);

    /// "Sector 614,400 comes from child.vhd, block 300, file offset 0x9A3200."
    [[nodiscard]] QString sentence() const;

    [[nodiscard]] std::optional<std::uint64_t> sector() const noexcept { return m_sector; }

    void setSector(std::uint64_t sector);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void sentenceChanged(const QString& sentence);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] std::size_t rowCount() const;
    [[nodiscard]] QRectF rowRect(std::size_t row) const;
    [[nodiscard]] QRectF sectorRect() const;
    [[nodiscard]] const vhd::Answer* answerAt(std::uint64_t sector) const;
    void paintRow(QPainter& painter, std::size_t row) const;
    void paintSectors(QPainter& painter) const;
    void paintBlockMark(QPainter& painter) const;
    void touch(QPointF position);
    void stepBlock(int direction);
    void stepAnswer(int direction);
    void follow();
    void say();

    VhdDocument& m_document;
    std::optional<std::uint64_t> m_sector;
};

} // namespace fatlas::ui
