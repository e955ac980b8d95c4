#include "ui/models/finding_repairs_model.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr auto validIndex = QAbstractItemModel::CheckIndexOption::IndexIsValid |
                            QAbstractItemModel::CheckIndexOption::ParentIsInvalid;

QString hexBytes(ByteView bytes)
{
    const std::size_t shownCount = std::min(bytes.size(), FindingPatchesModel::maxShownBytes);
    QString text;
    for (std::size_t i = 0; i < shownCount; ++i) {
        const auto value = std::to_integer<unsigned>(bytes[i]);
        text += QString::number(value, 16).toUpper().rightJustified(2, u'0') + u' ';
    }
    if (shownCount < bytes.size())
        return text + u'…';
    text.chop(text.isEmpty() ? 0 : 1);
    return text;
}

QString textOf(const fat::Repair& repair, int column)
{
    switch (column) {
    case FindingRepairsModel::ActionColumn: return sentenceOf(repair.action);
    case FindingRepairsModel::FindingColumn:
        return shown(repair.finding.rule) + u": "_s + sentenceOf(repair.finding.message);
    default: return placeText(repair.finding);
    }
}

} // namespace

void FindingRepairsModel::setPlan(std::shared_ptr<const fat::RepairPlan> plan)
{
    beginResetModel();
    m_plan = std::move(plan);
    endResetModel();
}

int FindingRepairsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_plan ? 0 : static_cast<int>(m_plan->repairs.size());
}

int FindingRepairsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FindingRepairsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, validIndex))
        return {};
    const fat::Repair& repair = m_plan->repairs[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return textOf(repair, index.column());
    case Qt::ToolTipRole: return plainToolTip(textOf(repair, index.column()));
    case Qt::DecorationRole:
        return index.column() == FindingColumn ? QVariant(icon(iconNameOf(repair.finding.severity),
                                                               tokenOf(repair.finding.severity)))
                                               : QVariant();
    default: return {};
    }
}

QVariant FindingRepairsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ActionColumn: return tr("What is done");
    case FindingColumn: return tr("Because of");
    default: return tr("Where");
    }
}

void FindingPatchesModel::setPlan(std::shared_ptr<const fat::RepairPlan> plan,
                                  std::uint64_t volumeOffset)
{
    beginResetModel();
    m_plan = std::move(plan);
    m_volumeOffset = volumeOffset;
    endResetModel();
}

int FindingPatchesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_plan ? 0 : static_cast<int>(m_plan->patches.size());
}

int FindingPatchesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FindingPatchesModel::text(const block::Patch& patch, int column) const
{
    switch (column) {
    case PlaceColumn: return hexText(m_volumeOffset + patch.offset);
    case BytesColumn: return countText(patch.after.size());
    case BeforeColumn: return hexBytes(patch.before);
    default: return hexBytes(patch.after);
    }
}

QVariant FindingPatchesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, validIndex))
        return {};
    const block::Patch& patch = m_plan->patches[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return text(patch, index.column());
    case Qt::FontRole:
        return index.column() == BytesColumn ? QVariant() : QVariant(monospaceFont());
    case Qt::TextAlignmentRole:
        return index.column() == BytesColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                             : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    default: return {};
    }
}

QVariant FindingPatchesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == BytesColumn)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case PlaceColumn: return tr("Image offset");
    case BytesColumn: return tr("Bytes");
    case BeforeColumn: return tr("Before");
    default: return tr("After");
    }
}

} // namespace fatlas::ui
