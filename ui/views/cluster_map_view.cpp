#include "ui/views/cluster_map_view.hpp"

#include "ui/base/theme.hpp"
#include "ui/views/state_words.hpp"

#include <utility>

namespace fatlas::ui {

ClusterMapView::ClusterMapView(QWidget* parent) : CellMapView(parent)
{
    setAccessibleName(tr("Cluster map"));
    setUnit(tr("cluster"), tr("clusters"));
}

ClusterMapView::~ClusterMapView() = default;

void ClusterMapView::setCells(std::shared_ptr<const MapCells> cells)
{
    if (cells == m_cells)
        return;
    m_cells = std::move(cells);
    m_hoverChain = {};
    m_selection = m_cells && m_focus ? MapSelection::make(*m_cells, m_focus->selection().runs)
                                     : MapSelection{};
    setSpace(m_cells);
}

void ClusterMapView::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (!focus)
        return;
    connect(focus, &Focus::changed, this, &ClusterMapView::followFocus);
    connect(focus, &Focus::hoverChanged, this, &ClusterMapView::followHover);
    followFocus();
}

void ClusterMapView::setGlow(std::shared_ptr<const Glow> glow, std::uint64_t volumeOffset)
{
    if (glow == m_glow && volumeOffset == m_glowOffset)
        return;
    m_glow = std::move(glow);
    m_glowOffset = volumeOffset;
    update();
}

void ClusterMapView::followGlow()
{
    if (!m_glow || !m_cells)
        return;
    if (const auto cell = busiestCell(HeatPlaces(*m_cells, m_glowOffset), *m_glow))
        scrollToCell(*cell); // does nothing for what is in sight
}

void ClusterMapView::paintOver(QPainter& painter, const MapFrame& frame) const
{
    const Theme& theme = Theme::instance();
    if (m_glow && m_cells)
        m_heat.paint(painter, frame, heatLevels(frame, HeatPlaces(*m_cells, m_glowOffset), *m_glow),
                     {.read = theme.color(Token::GuestRead),
                      .written = theme.color(Token::GuestWrite),
                      .halo = theme.color(backgroundToken()),
                      .ink = theme.color(Token::Text)});
    paintOutline(painter, frame, m_hoverChain, {theme.color(Token::HoverChain), 1.5, false});
    paintOutline(painter, frame, m_selection, {theme.color(Token::Selection), 2, true});
    if (m_focus && m_focus->selection().node) // other clusters are no chain
        paintJumps(painter, frame, m_selection,
                   {*m_cells, m_focus->selection().cluster, theme.color(Token::Selection)});
}

QString ClusterMapView::usualWords(CellRange cells) const
{
    return m_cells ? describeCells(*m_cells, cells) : QString();
}

} // namespace fatlas::ui
