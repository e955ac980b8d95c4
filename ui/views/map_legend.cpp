#include "ui/views/map_legend.hpp"

#include "ui/base/words.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/map_export.hpp"
#include "ui/views/state_words.hpp"

#include <utility>

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
    m_states.clear();
    for (const Entry& entry : entries)
        m_states.push_back({entry.name, entry.meaning, maskOf(entry.state), entry.isAlwaysShown});
    m_shown.reset();
    m_colouring.reset();
    makeChips(m_states);
    refresh();
}

void MapLegend::makeChips(std::vector<LegendEntry> entries)
{
    clear();
    m_chips.clear();
    m_entries = std::move(entries);
    const std::vector<MapLook>& looks = m_map ? m_map->looks() : stateLooks();
    for (const LegendEntry& entry : m_entries) {
        std::vector<Token> swatches;
        for (std::size_t look = 0; look < looks.size(); ++look)
            if ((entry.looks >> look & 1U) != 0)
                swatches.push_back(looks[look].token);
        Chip* chip = addChip(entry.name);
        chip->setSwatches(std::move(swatches));
        chip->setCheckable(true);
        chip->setToolTip(plainToolTip(entry.meaning + u". "_s +
                                      tr("Click to show only these; click again for all.")));
        connect(chip, &QAbstractButton::clicked, this,
                [this, mask = entry.looks] { toggle(mask); });
        m_chips.push_back(chip);
        chip->hide();
    }
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
    const auto& colouring = m_map->colouring();
    const bool isRecounted = m_map->space() != m_shown || colouring != m_colouring;
    if (isRecounted) {
        m_shown = m_map->space();
        m_colouring = colouring;
        const auto& wanted = colouring ? colouring->legend() : m_states;
        if (wanted != m_entries)
            makeChips(wanted);
        countCells();
    }
    if (m_map->filter() != m_filter || isRecounted) {
        m_filter = m_map->filter();
        showFilter();
    }
}

std::uint64_t MapLegend::countOf(StateMask looks) const
{
    if (m_colouring)
        return m_colouring->count(looks);
    return m_shown && looks ? m_shown->count(worstOf(looks)) : 0;
}

void MapLegend::countCells()
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        Chip* chip = m_chips[i];
        const std::uint64_t count = countOf(m_entries[i].looks);
        chip->setVisible(m_shown && (count > 0 || m_entries[i].isAlwaysShown));
        if (!m_shown)
            continue;
        QString detail = countText(count);
        if (hasShare(count, m_shown->cellCount()))
            detail += u' ' + percentText(count, m_shown->cellCount());
        chip->setDetail(detail);
    }
}

std::vector<LegendLine> MapLegend::lines() const
{
    const std::vector<MapLook>& looks = m_map ? m_map->looks() : stateLooks();
    std::vector<LegendLine> lines;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (m_chips[i]->isHidden())
            continue;
        LegendLine& line = lines.emplace_back();
        line.text = m_entries[i].name + u": "_s + m_chips[i]->detail();
        for (std::size_t look = 0; look < looks.size(); ++look)
            if ((m_entries[i].looks >> look & 1U) != 0)
                line.swatches.push_back(looks[look].token);
    }
    return lines;
}

void MapLegend::toggle(StateMask looks)
{
    m_filter ^= looks;
    showFilter();
    if (m_map)
        m_map->setFilter(m_filter);
    Q_EMIT filterChanged(m_filter);
}

void MapLegend::showFilter()
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const bool chosen = (m_filter & m_entries[i].looks) != 0;
        m_chips[i]->setChecked(chosen);
        m_chips[i]->setDimmed(m_filter != 0 && !chosen);
    }
}

} // namespace fatlas::ui
