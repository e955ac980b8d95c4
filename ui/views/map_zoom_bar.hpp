/// - slider + and "1 cell = 1 cluster".
///
/// Threads: GUI thread.
#pragma once

#include <QPointer>
#include <QWidget>

class QSlider;

namespace fatlas::ui {

class CellMapView;
class ThemedLabel;

class MapZoomBar : public QWidget {
    Q_OBJECT

public:
    explicit MapZoomBar(QWidget* parent = nullptr);

    void setMap(CellMapView* map);

private:
    void refresh();
    void slide(int value);

    QPointer<CellMapView> m_map;
    QSlider* m_slider;
    ThemedLabel* m_text;
};

} // namespace fatlas::ui
