/// How busy guests were in the last minute: reads as a line above the middle, writes as a solid
/// area below it, each on the scale of the busiest moment shown.
///
/// Threads: GUI thread.
#pragma once

#include "core/serve/activity.hpp"

#include <QWidget>

#include <vector>

namespace fatlas::ui {

class ActivityStrip : public QWidget {
    Q_OBJECT

public:
    explicit ActivityStrip(QWidget* parent = nullptr);

    /// `capacity`: samples that fill the width; the newest is at the right end.
    void setSamples(std::vector<serve::ActivitySample> samples, std::size_t capacity);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] double most() const;
    void describe();

    std::vector<serve::ActivitySample> m_samples;
    std::size_t m_capacity = 1;
};

} // namespace fatlas::ui
