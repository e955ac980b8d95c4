#include "ui/models/vhd_models.hpp"

#include "ui/base/words.hpp"
#include "ui/models/vhd_words.hpp"

#include <QBrush>
#include <QFont>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

void VhdFieldsModel::setFields(std::vector<VhdField> fields)
{
    beginResetModel();
    m_fields = std::move(fields);
    endResetModel();
}

int VhdFieldsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_fields.size());
}

int VhdFieldsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant VhdFieldsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const VhdField& field = m_fields[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    const QString& text = column == NameColumn    ? field.name
                          : column == ValueColumn ? field.value
                                                  : field.note;
    switch (role) {
    case Qt::DisplayRole: return text;
    case Qt::ToolTipRole: return text.isEmpty() ? QVariant() : QVariant(plainToolTip(text));
    case Qt::FontRole:
        return column == ValueColumn && field.monospace ? QVariant(monospaceFont()) : QVariant();
    case Qt::ForegroundRole:
        if (column == ValueColumn)
            return {};
        return QBrush(
            Theme::instance().color(column == NameColumn ? Token::Muted : field.noteToken));
    default: return {};
    }
}

QVariant VhdFieldsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn: return tr("Field");
    case ValueColumn: return tr("Value");
    case NoteColumn: return tr("What it means");
    default: return {};
    }
}

void VhdTableModel::setTable(std::shared_ptr<const vhd::Chain> chain,
                             std::shared_ptr<const vhd::BlockMap> blocks)
{
    beginResetModel();
    m_chain = std::move(chain);
    m_blocks = std::move(blocks);
    endResetModel();
}

int VhdTableModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_chain || !m_blocks)
        return 0;
    return static_cast<int>(
        std::min<std::size_t>(m_chain->links.front().vhd.table.size(), maxRows));
}

int VhdTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString VhdTableModel::text(int row, int column) const
{
    const auto block = static_cast<std::size_t>(row);
    const std::uint32_t entry = m_chain->links.front().vhd.table[block];
    const bool isThere = entry != vhd::unusedEntry;
    switch (column) {
    case BlockColumn: return countText(block);
    case EntryColumn: return isThere ? countText(entry) : tr("unused");
    case OffsetColumn:
        return isThere ? hexText(std::uint64_t{entry} * vhd::sectorBytes) : QString();
    case SectorsColumn:
        if (!isThere)
            return {};
        return m_blocks->knowsBitmaps() ? countText(m_blocks->sectorCounts[block])
                                        : QStringLiteral("…");
    default: return vhdBlockText(*m_chain, *m_blocks, block).section(QStringLiteral(": "), 1);
    }
}

QVariant VhdTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int column = index.column();
    const bool isNumber = column != StateColumn;
    switch (role) {
    case Qt::DisplayRole: return text(index.row(), column);
    case Qt::ToolTipRole:
        return column == StateColumn ? QVariant(plainToolTip(text(index.row(), column)))
                                     : QVariant();
    case Qt::FontRole:
        return column == EntryColumn || column == OffsetColumn ? QVariant(monospaceFont())
                                                               : QVariant();
    case Qt::TextAlignmentRole:
        return isNumber ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    default: return {};
    }
}

QVariant VhdTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return section == StateColumn ? QVariant()
                                      : QVariant(int(Qt::AlignRight | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case BlockColumn: return tr("Block");
    case EntryColumn: return tr("Entry");
    case OffsetColumn: return tr("File offset");
    case SectorsColumn: return tr("Sectors set");
    case StateColumn: return tr("What it means");
    default: return {};
    }
}

} // namespace fatlas::ui
