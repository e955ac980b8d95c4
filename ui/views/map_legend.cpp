#include "ui/views/map_legend.hpp"

#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/state_words.hpp"

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

bool isAlwaysShown(fat::ClusterState state)
{
    return state == fat::ClusterState::System || state == fat::ClusterState::File ||
           state == fat::ClusterState::Directory || state == fat::ClusterState::Free;
}

/// Shares are told where they say something: "5" folders need no "0 %".
bool hasShare(std::uint64_t count, std::uint64_t whole)
{
    return whole > 0 && count * 100 >= whole;
}

} // namespace

MapLegend::MapLegend(QWidget* parent) : ChipRow(parent)
{
    setAccessibleName(tr("Legend of the map"));
    for (const fat::ClusterState state : legendOrder) {
        Chip* chip = addChip(nameOf(state));
        chip->setSwatch(tokenOf(state));
        chip->setCheckable(true);
        chip->setToolTip(plainToolTip(meaningOf(state) + u". "_s +
                                      tr("Click to show only these; click again for all.")));
        connect(chip, &QAbstractButton::clicked, this, [this, state] { toggle(state); });
        m_byState[static_cast<std::size_t>(state)] = chip;
        chip->hide();
    }
}

void MapLegend::setMap(ClusterMapView* map)
{
    if (m_map)
        m_map->disconnect(this);
    m_map = map;
    if (map)
        connect(map, &ClusterMapView::viewChanged, this, &MapLegend::refresh);
    refresh();
}

void MapLegend::refresh()
{
    if (!m_map)
        return;
    if (m_map->filter() != m_filter) {
        m_filter = m_map->filter();
        showFilter();
    }
    if (m_map->cells() == m_shown)
        return;
    m_shown = m_map->cells();
    for (const fat::ClusterState state : legendOrder) {
        Chip* chip = m_byState[static_cast<std::size_t>(state)];
        const std::uint64_t count = m_shown ? m_shown->count(state) : 0;
        chip->setVisible(m_shown && (count > 0 || isAlwaysShown(state)));
        if (!m_shown)
            continue;
        QString detail = countText(count);
        if (hasShare(count, m_shown->cellCount()))
            detail += u' ' + percentText(count, m_shown->cellCount());
        chip->setDetail(detail);
    }
}

void MapLegend::toggle(fat::ClusterState state)
{
    m_filter ^= maskOf(state);
    showFilter();
    if (m_map)
        m_map->setFilter(m_filter);
    Q_EMIT filterChanged(m_filter);
}

void MapLegend::showFilter()
{
    for (const fat::ClusterState state : legendOrder) {
        Chip* chip = m_byState[static_cast<std::size_t>(state)];
        const bool chosen = (m_filter & maskOf(state)) != 0;
        chip->setChecked(chosen);
        chip->setDimmed(m_filter != 0 && !chosen);
    }
}

} // namespace fatlas::ui
