/// A button of the bar at the top: icon and words, or an icon alone, for an action or a menu.
///
/// Threads: GUI thread.
#pragma once

#include <QToolButton>

namespace fatlas::ui {

class TopButton : public QToolButton {
    Q_OBJECT

public:
    /// Does what the action does, and looks as it is.
    explicit TopButton(QAction* action, Qt::ToolButtonStyle style = Qt::ToolButtonTextBesideIcon,
                       QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace fatlas::ui
