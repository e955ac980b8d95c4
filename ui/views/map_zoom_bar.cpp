#include "ui/views/map_zoom_bar.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cell_map_view.hpp"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QToolButton* smallButton(QLatin1String iconName, const QString& what, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setIcon(icon(iconName));
    button->setIconSize(QSize(scaled(14), scaled(14)));
    button->setToolTip(what);
    button->setAccessibleName(what);
    return button;
}

} // namespace

MapZoomBar::MapZoomBar(QWidget* parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)),
      m_text(new ThemedLabel({}, Token::Muted, this))
{
    auto* smaller = smallButton("minus"_L1, tr("Smaller cells (-)"), this);
    auto* larger = smallButton("plus"_L1, tr("Larger cells (+)"), this);
    m_slider->setRange(1, maxZoomPixels);
    m_slider->setFixedWidth(scaled(90));
    m_slider->setToolTip(tr("Size of the cells; 0 shows all"));
    m_slider->setAccessibleName(tr("Size of the cells"));
    m_text->setFont(emphasized(font(), -0.5));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(1));
    row->addWidget(smaller);
    row->addWidget(m_slider);
    row->addWidget(larger);
    row->addSpacing(spacing(1));
    row->addWidget(m_text);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_slider, &QSlider::valueChanged, this, &MapZoomBar::slide);
    connect(smaller, &QToolButton::clicked, this, [this] {
        if (m_map)
            m_map->zoomBy(-1);
    });
    connect(larger, &QToolButton::clicked, this, [this] {
        if (m_map)
            m_map->zoomBy(1);
    });
}

void MapZoomBar::setMap(CellMapView* map)
{
    if (m_map)
        m_map->disconnect(this);
    m_map = map;
    if (map)
        connect(map, &CellMapView::viewChanged, this, &MapZoomBar::refresh);
    refresh();
}

void MapZoomBar::refresh()
{
    if (!m_map)
        return;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(std::max(1, static_cast<int>(m_map->mapGeometry().logicalCellSize())));
    m_text->setText(m_map->space() ? m_map->scaleText() : QString());
}

void MapZoomBar::slide(int value)
{
    if (m_map)
        m_map->setZoom({.allVisible = false, .cellPixels = value});
    refresh();
}

} // namespace fatlas::ui
