#include "ui/models/structure_model.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/models/field_input.hpp"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString meaningOf(const StructureField& field)
{
    if (field.oddity.isEmpty() || field.meaning.isEmpty())
        return field.oddity + field.meaning;
    return field.oddity + u"; "_s + field.meaning;
}

bool copyDiffers(const StructureField& field)
{
    return field.copy && *field.copy != field.value;
}

} // namespace

StructureModel::StructureModel(QObject* parent) : QAbstractTableModel(parent) {}

void StructureModel::show(std::shared_ptr<const StructureMap> map,
                          std::optional<std::uint32_t> part)
{
    beginResetModel();
    m_map = std::move(map);
    m_part = m_map && part && *part < m_map->parts().size() ? part : std::nullopt;
    endResetModel();
}

const StructurePart* StructureModel::part() const
{
    return m_part ? &m_map->parts()[*m_part] : nullptr;
}

const StructureField* StructureModel::fieldOf(int row) const
{
    const StructurePart* const shown = part();
    if (shown == nullptr || row < 0 || static_cast<std::size_t>(row) >= shown->fields.size())
        return nullptr;
    return &shown->fields[static_cast<std::size_t>(row)];
}

bool StructureModel::hasCopies() const
{
    const StructurePart* const shown = part();
    return shown != nullptr && std::ranges::any_of(shown->fields, [](const auto& field) {
               return field.copy.has_value();
           });
}

int StructureModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_part ? 0 : static_cast<int>(part()->fields.size());
}

int StructureModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString StructureModel::text(const StructureField& field, int column) const
{
    switch (column) {
    case OffsetColumn: {
        const ByteRange whole = part()->place;
        const bool inside = whole.contains(field.place.offset);
        return hexText(inside ? field.place.offset - whole.offset : field.place.offset);
    }
    case NameColumn:
        return field.bits.isEmpty() ? field.name : QString(field.name + u", "_s + field.bits);
    case ValueColumn: return field.value;
    case CopyColumn: return !field.copy ? QString() : copyDiffers(field) ? *field.copy : tr("same");
    case MeaningColumn: return meaningOf(field);
    default: return {};
    }
}

QVariant StructureModel::data(const QModelIndex& index, int role) const
{
    const StructureField* const field = index.isValid() ? fieldOf(index.row()) : nullptr;
    if (field == nullptr)
        return {};
    const bool isOdd = index.column() == CopyColumn
                           ? copyDiffers(*field)
                           : index.column() == MeaningColumn && !field->oddity.isEmpty();
    switch (role) {
    case Qt::DisplayRole: return text(*field, index.column());
    case Qt::EditRole: return index.column() == ValueColumn ? field->value : QVariant();
    case Qt::ToolTipRole: {
        QString tip = text(*field, index.column());
        if (index.column() == ValueColumn && m_isEditable)
            if (const QString why = fieldInputProblem(*field); !why.isEmpty())
                tip += u"\n"_s + why;
        if (index.column() == OffsetColumn)
            tip = tr("Byte %1 of the image, %2")
                      .arg(hexText(field->place.offset), exactSizeText(field->place.length));
        return plainToolTip(tip);
    }
    case Qt::FontRole:
        if (index.column() == OffsetColumn || index.column() == ValueColumn ||
            index.column() == CopyColumn)
            return monospaceFont();
        return {};
    case Qt::ForegroundRole:
        if (isOdd)
            return Theme::instance().color(Token::Lost);
        if (index.column() == OffsetColumn ||
            (index.column() == CopyColumn && !copyDiffers(*field)))
            return Theme::instance().color(Token::Muted);
        return {};
    default: return {};
    }
}

Qt::ItemFlags StructureModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    const StructureField* const field = index.isValid() ? fieldOf(index.row()) : nullptr;
    if (m_isEditable && field != nullptr && index.column() == ValueColumn &&
        fieldInputProblem(*field).isEmpty())
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool StructureModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || (flags(index) & Qt::ItemIsEditable) == 0)
        return false;
    const StructureField field = *fieldOf(index.row()); // rows may go while it is told
    if (value.toString() == field.value)
        return false;
    Q_EMIT valueTyped(field, value.toString());
    return true;
}

QVariant StructureModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case OffsetColumn: return tr("At");
    case NameColumn: return tr("Field");
    case ValueColumn: return tr("Value");
    case CopyColumn: return tr("Backup");
    case MeaningColumn: return tr("Meaning");
    default: return {};
    }
}

} // namespace fatlas::ui
