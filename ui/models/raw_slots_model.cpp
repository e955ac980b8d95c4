#include "ui/models/raw_slots_model.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

using fat::SlotKind;

bool isLongName(SlotKind kind)
{
    return kind == SlotKind::LongName || kind == SlotKind::DeletedLongName;
}

bool hasContent(SlotKind kind)
{
    return kind == SlotKind::File || kind == SlotKind::Folder || kind == SlotKind::Dot ||
           kind == SlotKind::Deleted || kind == SlotKind::BehindEnd;
}

bool isNumber(int column)
{
    return column == RawSlotsModel::NumberColumn || column == RawSlotsModel::SizeColumn ||
           column == RawSlotsModel::ClusterColumn;
}

/// What drivers see, apart from what they do not.
Token tokenOf(SlotKind kind)
{
    const bool isSeen = kind == SlotKind::File || kind == SlotKind::Folder;
    return isSeen ? Token::Text : Token::Muted;
}

QString display(const fat::SlotInfo& slot, int column, std::uint64_t volumeOffset)
{
    switch (column) {
    case RawSlotsModel::NumberColumn: return countText(slot.index);
    case RawSlotsModel::TextColumn: return shown(slot.text);
    case RawSlotsModel::KindColumn: return slotKindText(slot);
    case RawSlotsModel::SizeColumn:
        return hasContent(slot.kind) && slot.kind != SlotKind::Folder
                   ? countText(slot.raw.size.get())
                   : QString();
    case RawSlotsModel::ClusterColumn:
        return hasContent(slot.kind) ? countText(slot.raw.firstCluster().value) : QString();
    default: return hexText(volumeOffset + slot.offset);
    }
}

} // namespace

RawSlotsModel::RawSlotsModel(QObject* parent)
    : QAbstractTableModel(parent), m_monospace(monospaceFont())
{}

void RawSlotsModel::setSlots(SharedSlots listed, std::uint64_t volumeOffset)
{
    beginResetModel();
    m_slots = std::move(listed);
    m_volumeOffset = volumeOffset;
    endResetModel();
}

const fat::SlotInfo* RawSlotsModel::slotAt(int row) const
{
    const bool isThere = m_slots && row >= 0 && static_cast<std::size_t>(row) < m_slots->size();
    return isThere ? &(*m_slots)[static_cast<std::size_t>(row)] : nullptr;
}

int RawSlotsModel::rowOf(std::uint64_t offset) const
{
    if (!m_slots || offset < m_volumeOffset)
        return -1;
    const std::uint64_t place = offset - m_volumeOffset;
    const auto found = std::ranges::find_if(*m_slots, [place](const fat::SlotInfo& slot) {
        return place >= slot.offset && place - slot.offset < fat::slotSize;
    });
    return found == m_slots->end() ? -1 : static_cast<int>(found - m_slots->begin());
}

int RawSlotsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_slots ? 0 : static_cast<int>(m_slots->size());
}

int RawSlotsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RawSlotsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const fat::SlotInfo& slot = *slotAt(index.row());
    switch (role) {
    case Qt::DisplayRole: return display(slot, index.column(), m_volumeOffset);
    case Qt::ToolTipRole: return plainToolTip(slotSentence(slot));
    case Qt::ForegroundRole: return Theme::instance().color(tokenOf(slot.kind));
    case Qt::FontRole:
        return index.column() == TextColumn || index.column() == OffsetColumn
                   ? QVariant(m_monospace)
                   : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    default: return {};
    }
}

QVariant RawSlotsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) |
                                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn: return tr("Slot");
    case TextColumn: return tr("Text");
    case KindColumn: return tr("Kind");
    case SizeColumn: return tr("Size");
    case ClusterColumn: return tr("Cluster");
    case OffsetColumn: return tr("Image offset");
    default: return {};
    }
}

QString slotKindText(const fat::SlotInfo& slot)
{
    switch (slot.kind) {
    case SlotKind::File: return RawSlotsModel::tr("file");
    case SlotKind::Folder: return RawSlotsModel::tr("folder");
    case SlotKind::Dot: return RawSlotsModel::tr("link");
    case SlotKind::Label: return RawSlotsModel::tr("label");
    case SlotKind::LongName:
        return slot.isLastPart ? RawSlotsModel::tr("long name, part %1, the last").arg(slot.part)
                               : RawSlotsModel::tr("long name, part %1").arg(slot.part);
    case SlotKind::Deleted: return RawSlotsModel::tr("deleted");
    case SlotKind::DeletedLongName: return RawSlotsModel::tr("deleted long name");
    case SlotKind::End: return RawSlotsModel::tr("end");
    case SlotKind::BehindEnd: return RawSlotsModel::tr("behind the end");
    }
    return {};
}

QString slotSentence(const fat::SlotInfo& slot)
{
    QString text = RawSlotsModel::tr("Slot %1: %2").arg(countText(slot.index), slotKindText(slot));
    if (slot.kind == SlotKind::End)
        return text + RawSlotsModel::tr(", never used, as all behind it");
    text += RawSlotsModel::tr(", %1").arg(shown(slot.text));
    if (hasContent(slot.kind) && !isLongName(slot.kind))
        text += RawSlotsModel::tr(", %1 from cluster %2")
                    .arg(countText(slot.raw.size.get(), "byte", "bytes"),
                         countText(slot.raw.firstCluster().value));
    return text;
}

} // namespace fatlas::ui
