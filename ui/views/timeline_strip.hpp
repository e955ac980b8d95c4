/// The writes of a session as a strip: when there were how many, and where one is among them.
///
/// Above the line stand writes, solid; below it what made zeros: hollow where they were written,
/// hatched where the guest trimmed. What lies behind the moment that is shown is dimmed.
///
/// Units:   nanoseconds since 1970-01-01 UTC from left to right, over what the view shows of them.
/// Threads: GUI thread; does no I/O.
/// Lifetime: `timeline` outlives it.
#pragma once

#include "ui/document/serve_timeline.hpp"

#include <QWidget>

namespace fatlas::ui {

class TimelineStrip : public QWidget {
    Q_OBJECT

public:
    explicit TimelineStrip(ServeTimeline& timeline, QWidget* parent = nullptr);

    [[nodiscard]] ServeTimeline& timeline() const noexcept { return m_timeline; }

    /// What is in view; all of it unless somebody zoomed in.
    [[nodiscard]] std::int64_t fromNs() const noexcept { return m_fromNs; }

    [[nodiscard]] std::int64_t toNs() const noexcept { return m_toNs; }

    [[nodiscard]] bool isZoomed() const noexcept { return m_isZoomed; }

    /// `factor` above 1 shows less in more detail; what is at `x` stays there.
    void zoom(double factor, double x);
    void showAll();

    [[nodiscard]] double xOf(std::int64_t timeNs) const;
    [[nodiscard]] std::int64_t timeAt(double x) const;

    /// "write 120 of 3,400, 10:32:05.120"; "live" in front of it.
    [[nodiscard]] QString valueText() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void follow();
    void announce();
    void goToX(double x);
    [[nodiscard]] std::int64_t page() const;
    [[nodiscard]] QRect bars() const;
    void paintBars(QPainter& painter, const QRect& room) const;
    void paintCursor(QPainter& painter, const QRect& room) const;
    void paintTimes(QPainter& painter) const;

    ServeTimeline& m_timeline;
    std::int64_t m_fromNs = 0;
    std::int64_t m_toNs = 1;
    bool m_isZoomed = false;
};

} // namespace fatlas::ui
