#include "ui/views/everything_else_view.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/everything_else_row.hpp"
#include "ui/views/state_words.hpp"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// Those that no file or folder has; what is in the tree has its home there.
constexpr std::array others{fat::ClusterState::System, fat::ClusterState::Free,
                            fat::ClusterState::Bad, fat::ClusterState::Lost,
                            fat::ClusterState::CrossLinked};

QString titleOf(fat::ClusterState state)
{
    return state == fat::ClusterState::Lost ? EverythingElseView::tr("Lost chains") : nameOf(state);
}

/// Files and folders alone would not make a sum; these are named even when there are none.
bool isAlwaysShown(fat::ClusterState state)
{
    return state == fat::ClusterState::System || state == fat::ClusterState::Free;
}

} // namespace

EverythingElseView::EverythingElseView(QWidget* parent)
    : QWidget(parent), m_deleted(new EverythingElseRow(tr("Deleted"), std::nullopt, this)),
      m_sum(new ElidedLabel({}, Qt::ElideLeft, this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setAccessibleName(tr("Everything else"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new Separator(Qt::Horizontal, this));
    auto* caption = new SectionLabel(tr("Everything else"), this);
    caption->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(1));
    layout->addWidget(caption);
    for (const fat::ClusterState state : others) {
        auto* row = new EverythingElseRow(titleOf(state), tokenOf(state), this);
        row->setToolTip(
            plainToolTip(tr("%1. Click to show only these on the map; click again for all.")
                             .arg(meaningOf(state))));
        connect(row, &QAbstractButton::clicked, this, [this, state] { toggle(state); });
        layout->addWidget(row);
        m_rows[static_cast<std::size_t>(state)] = row;
        row->hide();
    }
    m_deleted->setCheckable(false);
    m_deleted->setToolTip(tr("Entries of deleted files and folders that are still there"));
    layout->addWidget(m_deleted);
    m_deleted->hide();
    layout->addWidget(new Separator(Qt::Horizontal, this));
    auto* sum = new QHBoxLayout;
    sum->setContentsMargins(spacing(3), scaled(4), spacing(3), scaled(4));
    auto* word = new ThemedLabel(tr("Sum"), Token::Text, this);
    word->setFont(emphasized(word->font()));
    m_sum->setToken(Token::Muted);
    m_sum->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    sum->addWidget(word);
    sum->addWidget(m_sum, 1);
    layout->addLayout(sum);
}

void EverythingElseView::setMap(ClusterMapView* map)
{
    if (m_map)
        m_map->disconnect(this);
    m_map = map;
    if (map)
        connect(map, &ClusterMapView::viewChanged, this, &EverythingElseView::refresh);
    refresh();
}

void EverythingElseView::setDeletedCount(std::optional<std::uint64_t> count)
{
    m_deleted->setVisible(count.value_or(0) > 0);
    m_deleted->setCount(count.value_or(0));
}

QString EverythingElseView::sumText() const
{
    return m_sum->text();
}

QWidget* EverythingElseView::row(fat::ClusterState state) const
{
    EverythingElseRow* const row = m_rows[static_cast<std::size_t>(state)];
    return row != nullptr && !row->isHidden() ? row : nullptr;
}

void EverythingElseView::refresh()
{
    if (!m_map)
        return;
    for (const fat::ClusterState state : others)
        m_rows[static_cast<std::size_t>(state)]->setChecked(!m_map->colouring() &&
                                                            m_map->filter() == maskOf(state));
    if (m_map->cells() == m_shown)
        return;
    m_shown = m_map->cells();
    if (m_shown)
        showCounts(*m_shown);
}

void EverythingElseView::showCounts(const MapCells& cells)
{
    for (const fat::ClusterState state : others) {
        EverythingElseRow* const row = m_rows[static_cast<std::size_t>(state)];
        row->setCount(cells.count(state));
        row->setVisible(cells.count(state) > 0 || isAlwaysShown(state));
    }
    std::uint64_t sum = 0;
    for (std::size_t state = 0; state < fat::clusterStateCount; ++state)
        sum += cells.map().count(static_cast<fat::ClusterState>(state));
    m_sum->setText(tr("%1 of %2")
                       .arg(countText(sum),
                            countText(cells.map().geometry().clusterCount, "cluster", "clusters")));
}

void EverythingElseView::toggle(fat::ClusterState state)
{
    if (!m_map || !m_map->cells())
        return;
    m_map->setColouring(nullptr); // only there are states what can be chosen
    const bool isOn = m_map->filter() == maskOf(state);
    m_map->setFilter(isOn ? StateMask{0} : maskOf(state));
    if (isOn)
        return;
    const MapCells& cells = *m_map->cells();
    if (const auto first = cells.findState({0, cells.cellCount()}, state))
        m_map->setCursorCell(*first);
}

} // namespace fatlas::ui
