/// What the marks of guests on the map mean: a ring is read, a solid centre is written.
///
/// Threads: GUI thread.
#pragma once

#include <QWidget>

namespace fatlas::ui {

class HeatLegend : public QWidget {
    Q_OBJECT

public:
    explicit HeatLegend(QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace fatlas::ui
