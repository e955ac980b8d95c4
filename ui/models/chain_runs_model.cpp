#include "ui/models/chain_runs_model.hpp"

#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

bool isNumber(int column)
{
    return column == ChainRunsModel::NumberColumn || column == ChainRunsModel::CountColumn ||
           column == ChainRunsModel::FromPartColumn || column == ChainRunsModel::JumpColumn;
}

bool isMonospace(int column)
{
    return column == ChainRunsModel::ClustersColumn || column == ChainRunsModel::OffsetColumn;
}

} // namespace

ChainRunsModel::ChainRunsModel(QObject* parent) : QAbstractTableModel(parent) {}

void ChainRunsModel::setChain(const fat::Geometry& geometry, std::uint64_t volumeOffset,
                              std::vector<ClusterRange> runs)
{
    beginResetModel();
    m_geometry = geometry;
    m_volumeOffset = volumeOffset;
    m_runs = std::move(runs);
    m_fromPart.clear();
    std::uint64_t part = 0;
    for (const ClusterRange& run : m_runs) {
        m_fromPart.push_back(part);
        part += run.count;
    }
    endResetModel();
}

void ChainRunsModel::clear()
{
    setChain(m_geometry, m_volumeOffset, {});
}

int ChainRunsModel::rowOf(Cluster cluster) const
{
    const auto found = std::ranges::find_if(
        m_runs, [cluster](const ClusterRange& run) { return run.contains(cluster); });
    return found == m_runs.end() ? -1 : static_cast<int>(found - m_runs.begin());
}

int ChainRunsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int ChainRunsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : OffsetColumn + 1;
}

QVariant ChainRunsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole: return display(row, column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case Qt::FontRole: return isMonospace(column) ? QVariant(monospaceFont()) : QVariant();
    case SortRole: return sortKey(row, column);
    case MonospaceRole: return isMonospace(column);
    default: return {};
    }
}

/// From the last cluster of the run before to the first of this one; 0 for the first run.
std::int64_t ChainRunsModel::jump(std::size_t row) const
{
    if (row == 0)
        return 0;
    return std::int64_t{m_runs[row].first.value} -
           (std::int64_t{m_runs[row - 1].first.value} + m_runs[row - 1].count - 1);
}

QString ChainRunsModel::display(std::size_t row, int column) const
{
    const ClusterRange& run = m_runs[row];
    switch (column) {
    case NumberColumn: return countText(row + 1);
    case ClustersColumn: return runText(run);
    case CountColumn: return countText(run.count);
    case FromPartColumn: return countText(m_fromPart[row]);
    case JumpColumn: {
        if (row == 0)
            return u"—"_s;
        const std::int64_t by = jump(row);
        return (by < 0 ? u"−"_s : u"+"_s) + countText(static_cast<std::uint64_t>(std::abs(by)));
    }
    case OffsetColumn: return hexText(m_volumeOffset + m_geometry.clusterOffset(run.first));
    default: return {};
    }
}

QVariant ChainRunsModel::sortKey(std::size_t row, int column) const
{
    switch (column) {
    case NumberColumn: return qulonglong{row};
    case CountColumn: return m_runs[row].count;
    case FromPartColumn: return qulonglong{m_fromPart[row]};
    case JumpColumn: return qlonglong{jump(row)};
    default: return m_runs[row].first.value;
    }
}

QVariant ChainRunsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn: return u"#"_s;
    case ClustersColumn: return tr("Clusters");
    case CountColumn: return tr("Count");
    case FromPartColumn: return tr("From part");
    case JumpColumn: return tr("Jump");
    case OffsetColumn: return tr("Image offset");
    default: return {};
    }
}

} // namespace fatlas::ui
