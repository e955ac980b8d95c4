#include "ui/views/map_legend.hpp"

#include "ui/base/words.hpp"
#include "ui/views/cell_map_view.hpp"
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
    std::vector<Entry> clusters;
    for (const fat::ClusterState state : legendOrder)
        clusters.push_back({state, nameOf(state), meaningOf(state), isAlwaysShown(state)});
    setEntries(clusters);
}

void MapLegend::setEntries(const std::vector<Entry>& entries)
{
    clear();
    m_chips.clear();
    m_entries = entries;
    for (const Entry& entry : m_entries) {
        Chip* chip = addChip(entry.name);
        chip->setSwatch(tokenOf(entry.state));
        chip->setCheckable(true);
        chip->setToolTip(plainToolTip(entry.meaning + u". "_s +
                                      tr("Click to show only these; click again for all.")));
        connect(chip, &QAbstractButton::clicked, this,
                [this, state = entry.state] { toggle(state); });
        m_chips.push_back(chip);
        chip->hide();
    }
    m_shown.reset();
    refresh();
}

void MapLegend::setMap(CellMapView* map)
{
    if (m_map)
        m_map->disconnect(this);
    m_map = map;
    if (map)
        connect(map, &CellMapView::viewChanged, this, &MapLegend::refresh);
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
    if (m_map->space() == m_shown)
        return;
    m_shown = m_map->space();
    count();
}

void MapLegend::count()
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        Chip* chip = m_chips[i];
        const std::uint64_t count = m_shown ? m_shown->count(m_entries[i].state) : 0;
        chip->setVisible(m_shown && (count > 0 || m_entries[i].isAlwaysShown));
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
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const bool chosen = (m_filter & maskOf(m_entries[i].state)) != 0;
        m_chips[i]->setChecked(chosen);
        m_chips[i]->setDimmed(m_filter != 0 && !chosen);
    }
}

} // namespace fatlas::ui
