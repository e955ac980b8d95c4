#include "ui/views/map_overview.hpp"

#include "ui/base/theme.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/state_words.hpp"

#include <QMouseEvent>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <bit>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr int stripWidth = 16;
constexpr int bracketRoom = 3;
constexpr int triangleRoom = 10;
constexpr int verticalMargin = 4; ///< as the map's, so that both start at the same height

bool isAlarming(StateMask mask)
{
    return mask & (maskOf(fat::ClusterState::Lost) | maskOf(fat::ClusterState::Bad) |
                   maskOf(fat::ClusterState::CrossLinked));
}

} // namespace

MapOverview::MapOverview(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setToolTip(tr("The whole volume. Click or drag to move the map there."));
    setAccessibleName(tr("Overview of the whole volume"));
    connect(&Theme::instance(), &Theme::changed, this, &MapOverview::forget);
}

void MapOverview::setMap(CellMapView* map)
{
    if (m_map)
        m_map->disconnect(this);
    m_map = map;
    if (map)
        connect(map, &CellMapView::viewChanged, this, qOverload<>(&QWidget::update));
    forget();
}

void MapOverview::setMarks(std::vector<std::uint64_t> cells)
{
    m_marks = std::move(cells);
    forget();
}

QSize MapOverview::sizeHint() const
{
    return {stripWidth + bracketRoom + triangleRoom, scaled(200)};
}

QSize MapOverview::minimumSizeHint() const
{
    return {sizeHint().width(), scaled(60)};
}

void MapOverview::forget()
{
    m_strip = QImage();
    update();
}

/// One row of device pixels for each piece of the volume, the most important state wins.
void MapOverview::renderStrip(int height, double ratio)
{
    const CellSpace& cells = *m_map->space();
    m_shown = m_map->space();
    m_colouring = m_map->colouring();
    m_strip = QImage(1, height, QImage::Format_RGB32);
    m_markRows.clear();
    const std::uint64_t count = cells.cellCount();
    const auto rows = static_cast<std::uint64_t>(height);
    const int apart = static_cast<int>(8 * ratio);
    std::vector<bool> marked(rows, false);
    for (const std::uint64_t cell : m_marks)
        if (cell < count)
            marked[static_cast<std::size_t>(yOfCell(cell) * height)] = true;
    for (std::uint64_t y = 0; y < rows; ++y) {
        const std::uint64_t first = count / rows * y + count % rows * y / rows;
        const std::uint64_t end = count / rows * (y + 1) + count % rows * (y + 1) / rows;
        const CellRange part{first, std::max(end, first + 1) - first};
        const StateMask looks = m_map->looksIn(part);
        const std::size_t look = looks ? static_cast<std::size_t>(std::bit_width(looks)) - 1 : 0;
        m_strip.setPixelColor(0, static_cast<int>(y),
                              Theme::instance().color(m_map->looks()[look].token));
        const bool alarming = marked[y] || isAlarming(cells.statesInCells(part));
        if (alarming && (m_markRows.empty() || static_cast<int>(y) - m_markRows.back() >= apart))
            m_markRows.push_back(static_cast<int>(y));
    }
}

/// 0 ... 1 of the strip.
double MapOverview::yOfCell(std::uint64_t cell) const
{
    const auto count = static_cast<double>(std::max<std::uint64_t>(m_map->space()->cellCount(), 1));
    return std::min(static_cast<double>(cell) / count, 1.0 - 1e-9);
}

QRectF MapOverview::stripRect() const
{
    return QRectF(rect()).adjusted(0, verticalMargin, -(bracketRoom + triangleRoom),
                                   -verticalMargin);
}

void MapOverview::paintEvent(QPaintEvent*)
{
    if (!m_map || !m_map->space() || stripRect().height() < 1)
        return;
    const double ratio = devicePixelRatioF();
    const int height = static_cast<int>(stripRect().height() * ratio);
    if (m_strip.height() != height || m_shown != m_map->space() ||
        m_colouring != m_map->colouring())
        renderStrip(height, ratio);
    QPainter painter(this);
    painter.drawImage(stripRect(), m_strip);
    paintBracket(painter);
    paintMarks(painter);
}

void MapOverview::paintBracket(QPainter& painter) const
{
    const CellRange visible = m_map->visibleCells();
    if (visible.count == 0 || visible.count >= m_map->space()->cellCount())
        return;
    const QRectF strip = stripRect();
    const double top = strip.top() + yOfCell(visible.first) * strip.height();
    const double bottom = strip.top() + yOfCell(visible.end()) * strip.height();
    const double right = strip.right() + 2;
    painter.setPen(QPen(Theme::instance().color(Token::Selection), 2, Qt::SolidLine, Qt::SquareCap,
                        Qt::MiterJoin));
    const double end = std::max(bottom, top + 4);
    painter.drawPolyline(
        QPolygonF({{strip.left() + 1, top}, {right, top}, {right, end}, {strip.left() + 1, end}}));
}

void MapOverview::paintMarks(QPainter& painter) const
{
    const QRectF strip = stripRect();
    const double right = width() - 1.0;
    const double left = right - 7;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Theme::instance().color(Token::Lost));
    for (const int row : m_markRows) {
        const double y = strip.top() + (row + 0.5) / devicePixelRatioF();
        painter.drawPolygon(QPolygonF({{left, y - 4}, {right, y}, {left, y + 4}}));
    }
}

void MapOverview::scrollTo(int y)
{
    if (!m_map || !m_map->space() || stripRect().height() < 1)
        return;
    const QRectF strip = stripRect();
    const double part = std::clamp((y - strip.top()) / strip.height(), 0.0, 1.0);
    const MapGeometry& geometry = m_map->mapGeometry();
    const double middle = part * static_cast<double>(geometry.contentHeight());
    const double top = middle - geometry.viewport().height() / 2.0;
    m_map->setScrollOffset(top <= 0 ? 0 : static_cast<std::uint64_t>(top));
}

void MapOverview::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        scrollTo(static_cast<int>(event->position().y()));
}

void MapOverview::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        scrollTo(static_cast<int>(event->position().y()));
}

void MapOverview::wheelEvent(QWheelEvent* event)
{
    if (m_map)
        m_map->scrollByWheel(*event);
}

} // namespace fatlas::ui
