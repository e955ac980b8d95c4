#include "ui/models/volume_tree_proxy.hpp"

#include <QCollator>
#include <QLocale>

#include <algorithm>
#include <numeric>

namespace fatlas::ui {

VolumeTreeProxy::VolumeTreeProxy(VolumeTreeModel* source, QObject* parent)
    : QSortFilterProxyModel(parent), m_source(source)
{
    setSourceModel(source);
    setSortRole(VolumeTreeModel::SortRole);
}

void VolumeTreeProxy::setNameFilter(const QString& text)
{
    const QString trimmed = text.trimmed();
    if (trimmed == m_filter)
        return;
    m_filter = trimmed;
    m_marks = {};
    invalidateFilter();
}

void VolumeTreeProxy::refreshMarks() const
{
    const fat::Tree* tree = m_source->tree().get();
    if (tree == m_marks.tree)
        return;
    m_marks = {.tree = tree, .keep = {}, .nameRanks = {}, .ranked = {}};
    if (!tree)
        return;
    const std::size_t count = tree->nodes.size();
    m_marks.nameRanks.assign(count, 0);
    m_marks.ranked.assign(count, false);
    m_marks.keep.assign(count, m_filter.isEmpty());
    if (m_filter.isEmpty())
        return;
    const auto matches = [this](const std::string& name) {
        return QString::fromStdString(name).contains(m_filter, Qt::CaseInsensitive);
    };
    // Parents come before their children: forwards a folder hands its match down ...
    for (std::size_t i = 1; i < count; ++i) {
        const fat::TreeNode& node = tree->nodes[i];
        m_marks.keep[i] =
            m_marks.keep[node.parent] || matches(node.name) || matches(node.shortName);
    }
    // ... and backwards a match opens the way to it.
    for (std::size_t i = count; i-- > 1;)
        if (m_marks.keep[i])
            m_marks.keep[tree->nodes[i].parent] = true;
}

std::size_t VolumeTreeProxy::keptCount() const
{
    refreshMarks();
    return static_cast<std::size_t>(std::ranges::count(m_marks.keep, true));
}

bool VolumeTreeProxy::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_filter.isEmpty())
        return true;
    refreshMarks();
    const auto folder = m_source->nodeOf(parent).value_or(0);
    return m_marks.keep[m_marks.tree->nodes[folder].firstChild + static_cast<std::uint32_t>(row)];
}

std::uint32_t VolumeTreeProxy::nameRank(std::uint32_t node) const
{
    refreshMarks();
    const std::uint32_t folder = m_marks.tree->nodes[node].parent;
    if (!m_marks.ranked[folder])
        rankChildren(folder);
    return m_marks.nameRanks[node];
}

/// Comparing names costs a collation each time; in a folder of 60,000 that adds up to seconds.
void VolumeTreeProxy::rankChildren(std::uint32_t folder) const
{
    const fat::TreeNode& node = m_marks.tree->nodes[folder];
    // The C locale compares bytes; nobody looks for "file 10" before "file 2".
    QLocale locale;
    if (locale.language() == QLocale::C)
        locale = QLocale(QLocale::English);
    QCollator collator(locale);
    collator.setNumericMode(true);
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    std::vector<QCollatorSortKey> keys;
    keys.reserve(node.childCount);
    for (std::uint32_t i = 0; i < node.childCount; ++i)
        keys.push_back(collator.sortKey(
            QString::fromStdString(m_marks.tree->nodes[node.firstChild + i].name)));
    std::vector<std::uint32_t> order(node.childCount);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&keys](std::uint32_t a, std::uint32_t b) {
        const int way = keys[a].compare(keys[b]);
        return way != 0 ? way < 0 : a < b;
    });
    for (std::uint32_t rank = 0; rank < node.childCount; ++rank)
        m_marks.nameRanks[node.firstChild + order[rank]] = rank;
    m_marks.ranked[folder] = true;
}

bool VolumeTreeProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const auto a = static_cast<std::uint32_t>(left.internalId());
    const auto b = static_cast<std::uint32_t>(right.internalId());
    const auto& nodes = m_source->tree()->nodes;
    if (nodes[a].isDirectory != nodes[b].isDirectory) // folders first in both directions
        return nodes[a].isDirectory == (sortOrder() == Qt::AscendingOrder);
    if (left.column() == VolumeTreeModel::NameColumn)
        return nameRank(a) < nameRank(b);
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace fatlas::ui
