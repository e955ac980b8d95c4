/// Small rounded buttons in a row that wraps: formats that would fit, the legend of the map.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"

#include <QAbstractButton>
#include <QWidget>

#include <optional>
#include <vector>

namespace fatlas::ui {

class Chip : public QAbstractButton {
    Q_OBJECT

public:
    enum class Mark : std::uint8_t { None, Check, Cross };

    explicit Chip(const QString& text, QWidget* parent = nullptr);

    void setMark(Mark mark);
    /// A small square in this colour in front of the text.
    void setSwatch(std::optional<Token> token);
    /// The same with several colours side by side.
    void setSwatches(std::vector<Token> tokens);
    /// Muted text after the text: "1,708 60 %".
    void setDetail(const QString& detail);

    [[nodiscard]] QString detail() const { return m_detail; }

    [[nodiscard]] Mark mark() const noexcept { return m_mark; }

    /// The one in use: accent border (a checked chip has it too).
    void setCurrent(bool current);

    [[nodiscard]] bool isCurrent() const noexcept { return m_current; }

    /// Out of the filter: painted faint.
    void setDimmed(bool dimmed);

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

    bool event(QEvent* event) override;

private:
    void describe();
    int paintMark(QPainter& painter, int left) const;
    [[nodiscard]] int swatchWidth() const;
    int paintSwatches(QPainter& painter, int left) const;

    QString m_detail;
    std::vector<Token> m_swatches;
    Mark m_mark = Mark::None;
    bool m_current = false;
    bool m_dimmed = false;
};

/// Chips beside each other, wrapping into as many lines as the width asks for.
class ChipRow : public QWidget {
    Q_OBJECT

public:
    explicit ChipRow(QWidget* parent = nullptr);

    Chip* addChip(const QString& text);
    /// Any other widget in the same flow, for instance a label in front.
    void addWidget(QWidget* widget);
    void clear();

    [[nodiscard]] const std::vector<Chip*>& chips() const noexcept { return m_chips; }

    [[nodiscard]] bool hasHeightForWidth() const override { return true; }

    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class Move : std::uint8_t { No, Yes };
    int arrange(int width, Move move) const;

    std::vector<QWidget*> m_items;
    std::vector<Chip*> m_chips;
};

} // namespace fatlas::ui
