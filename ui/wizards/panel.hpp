/// A widget in the colour of panels, following the theme; and a field's usual height.
///
/// Threads: GUI thread.
#pragma once

#include <QWidget>

class QScrollArea;

namespace fatlas::ui {

class Panel : public QWidget {
    Q_OBJECT

public:
    explicit Panel(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A scroll area without a frame that lets what lies behind it shine through.
[[nodiscard]] QScrollArea* makeClearScrollArea(QWidget* content, QWidget* parent);

} // namespace fatlas::ui
