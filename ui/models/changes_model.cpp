#include "ui/models/changes_model.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <utility>

namespace fatlas::ui {

namespace {

bool isNumber(int column)
{
    return column == ChangesModel::PlacesColumn || column == ChangesModel::BytesColumn;
}

QVariant alignment(int column)
{
    return QVariant::fromValue((isNumber(column) ? Qt::AlignRight : Qt::AlignLeft) |
                               Qt::AlignVCenter);
}

} // namespace

void ChangesModel::setRows(std::vector<ChangeRow> rows, std::size_t inEffect)
{
    if (rows == m_rows && inEffect == m_inEffect)
        return;
    beginResetModel();
    m_rows = std::move(rows);
    m_inEffect = inEffect;
    endResetModel();
}

int ChangesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChangesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ChangesModel::text(std::size_t row, int column) const
{
    const ChangeRow& change = m_rows[row];
    switch (column) {
    case WhatColumn: return change.what;
    case PlacesColumn: return countText(change.places);
    case BytesColumn: return countText(change.bytes);
    case WhereColumn: return hexText(change.firstOffset);
    default: return row < m_inEffect ? tr("not written yet") : tr("undone");
    }
}

QVariant ChangesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole: return text(row, index.column());
    case Qt::ToolTipRole: return plainToolTip(m_rows[row].what);
    case Qt::ForegroundRole:
        return Theme::instance().color(row < m_inEffect ? Token::Text : Token::Muted);
    case Qt::FontRole:
        return index.column() == WhereColumn ? QVariant(monospaceFont()) : QVariant();
    case Qt::TextAlignmentRole: return alignment(index.column());
    default: return {};
    }
}

QVariant ChangesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignment(section);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case WhatColumn: return tr("Change");
    case PlacesColumn: return tr("Places");
    case BytesColumn: return tr("Bytes");
    case WhereColumn: return tr("Image offset");
    case StateColumn: return tr("State");
    default: return {};
    }
}

} // namespace fatlas::ui
