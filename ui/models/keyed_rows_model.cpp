#include "ui/models/keyed_rows_model.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace fatlas::ui {

namespace {

std::set<std::uint64_t> keysOf(const std::vector<KeyedRow>& rows)
{
    std::set<std::uint64_t> keys;
    for (const KeyedRow& row : rows)
        keys.insert(row.key);
    return keys;
}

std::vector<std::uint64_t> keysIn(const std::vector<KeyedRow>& rows,
                                  const std::set<std::uint64_t>& wanted)
{
    std::vector<std::uint64_t> keys;
    for (const KeyedRow& row : rows)
        if (wanted.contains(row.key))
            keys.push_back(row.key);
    return keys;
}

} // namespace

KeyedRowsModel::KeyedRowsModel(std::vector<Column> columns, QObject* parent)
    : QAbstractTableModel(parent), m_columns(std::move(columns)), m_monospace(monospaceFont())
{}

KeyedRowsModel::~KeyedRowsModel() = default;

void KeyedRowsModel::setRows(std::vector<KeyedRow> rows)
{
    if (rows == m_rows)
        return;
    if (!keepsOrder(rows)) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    removeAllBut(rows);
    insertNew(rows);
    change(std::move(rows));
}

bool KeyedRowsModel::keepsOrder(const std::vector<KeyedRow>& rows) const
{
    return keysIn(m_rows, keysOf(rows)) == keysIn(rows, keysOf(m_rows));
}

void KeyedRowsModel::removeAllBut(const std::vector<KeyedRow>& rows)
{
    const auto staying = keysOf(rows);
    const auto goes = [&](int row) {
        return !staying.contains(m_rows[static_cast<std::size_t>(row)].key);
    };
    for (int last = rowCount() - 1; last >= 0; --last) {
        if (!goes(last))
            continue;
        int first = last;
        while (first > 0 && goes(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
}

/// Each new row where it belongs, rows in a row together.
void KeyedRowsModel::insertNew(const std::vector<KeyedRow>& rows)
{
    const auto known = keysOf(m_rows);
    const auto isNew = [&](std::size_t row) { return !known.contains(rows[row].key); };
    for (std::size_t first = 0; first < rows.size(); ++first) {
        if (!isNew(first))
            continue;
        std::size_t end = first + 1;
        while (end < rows.size() && isNew(end))
            ++end;
        const auto at = static_cast<std::ptrdiff_t>(first);
        beginInsertRows({}, static_cast<int>(first), static_cast<int>(end) - 1);
        m_rows.insert(m_rows.begin() + at, rows.begin() + at,
                      rows.begin() + static_cast<std::ptrdiff_t>(end));
        endInsertRows();
        first = end - 1;
    }
}

void KeyedRowsModel::change(std::vector<KeyedRow> rows)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (m_rows[i] == rows[i])
            continue;
        m_rows[i] = std::move(rows[i]);
        const int row = static_cast<int>(i);
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
    }
}

int KeyedRowsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int KeyedRowsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant KeyedRowsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const KeyedRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const Kind kind = m_columns[static_cast<std::size_t>(index.column())].kind;
    switch (role) {
    case Qt::DisplayRole: return row.texts.value(index.column());
    case Qt::ToolTipRole: {
        const QString text = row.toolTips.value(index.column());
        return text.isEmpty() ? QVariant() : QVariant(plainToolTip(text));
    }
    case Qt::DecorationRole:
        if (index.column() != 0 || row.iconName.isEmpty())
            return {};
        return icon(QLatin1String(row.iconName.toLatin1()));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((kind == Kind::Number ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    case Qt::FontRole: return kind == Kind::Monospace ? QVariant(m_monospace) : QVariant();
    default: return {};
    }
}

QVariant KeyedRowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column& column = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((column.kind == Kind::Number ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(column.title) : QVariant();
}

} // namespace fatlas::ui
