/// The buttons of a walk along a chain: back, play or pause, step, how fast; and what the FAT entry
/// at hand says.
///
/// Threads:  GUI thread.
/// Lifetime: does nothing with the walk once that is gone.
#pragma once

#include <QWidget>

class QAction;
class QComboBox;

namespace fatlas::ui {

class ChainWalk;
class ElidedLabel;

class WalkBar : public QWidget {
    Q_OBJECT

public:
    explicit WalkBar(ChainWalk& walk, QWidget* parent = nullptr);

    /// Space, N and P, for the part of the window that shows the chain.
    void addKeysTo(QWidget& part);

    [[nodiscard]] QAction* playAction() const noexcept { return m_play; }

    [[nodiscard]] QComboBox* speed() const noexcept { return m_speed; }

    [[nodiscard]] QString text() const;

private:
    QAction* addAction(const char* iconName, const QString& text, Qt::Key key);
    void follow();

    ChainWalk& m_walk;
    QAction* m_back;
    QAction* m_play;
    QAction* m_step;
    QComboBox* m_speed;
    ElidedLabel* m_sentence;
};

} // namespace fatlas::ui
