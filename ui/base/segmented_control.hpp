/// A row of segments of which exactly one is chosen: "Floppy | Disk | EFI stick".
///
/// Left, Right, Home and End move; each segment is a radio button for screen readers.
///
/// Invariants: currentIndex() is -1 only while there are no segments.
/// Threads:    GUI thread.
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QAbstractButton;
class QHBoxLayout;

namespace fatlas::ui {

class SegmentedControl : public QWidget {
    Q_OBJECT

public:
    enum class Width : std::uint8_t { Content, Fill };

    explicit SegmentedControl(QWidget* parent = nullptr, Width width = Width::Content);

    /// Returns its index. The first one is chosen.
    int addSegment(const QString& text, const QString& toolTip = {});
    void setSegmentText(int index, const QString& text);
    /// A segment that cannot be chosen says why in its tooltip.
    void setSegmentEnabled(int index, bool enabled, const QString& why = {});

    [[nodiscard]] int count() const noexcept { return static_cast<int>(m_segments.size()); }

    [[nodiscard]] int currentIndex() const noexcept { return m_current; }

    /// Programmatic: emits currentChanged when it changes, never chosen().
    void setCurrentIndex(int index);

Q_SIGNALS:
    void currentChanged(int index);
    void chosen(int index); ///< by the user's hand

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void choose(int index);
    void step(int from, int direction);

    QHBoxLayout* m_layout;
    std::vector<QAbstractButton*> m_segments;
    int m_current = -1;
};

} // namespace fatlas::ui
