/// The 32-byte slots of one directory, as they lie there.
///
/// Units:   offsets in bytes from the start of the disk: `volumeOffset` is added to those of slots.
/// Threads: GUI thread; the slots are immutable and shared.
#pragma once

#include "core/fat/slot_list.hpp"

#include <QAbstractTableModel>
#include <QFont>

#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

using SharedSlots = std::shared_ptr<const std::vector<fat::SlotInfo>>;

class RawSlotsModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int {
        NumberColumn,
        TextColumn,
        KindColumn,
        SizeColumn,
        ClusterColumn,
        OffsetColumn,
        ColumnCount
    };

    explicit RawSlotsModel(QObject* parent = nullptr);

    /// Null: none are known.
    void setSlots(SharedSlots listed, std::uint64_t volumeOffset);

    [[nodiscard]] const fat::SlotInfo* slotAt(int row) const;
    /// The row of the slot with this byte of the disk; -1 when it is not here.
    [[nodiscard]] int rowOf(std::uint64_t offset) const;

    [[nodiscard]] std::uint64_t volumeOffset() const noexcept { return m_volumeOffset; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    SharedSlots m_slots;
    std::uint64_t m_volumeOffset = 0;
    QFont m_monospace;
};

/// "long name, part 2, the last", "deleted".
[[nodiscard]] QString slotKindText(const fat::SlotInfo& slot);
/// "Slot 4: deleted, ?LD.BAK, 7 bytes from cluster 30"
[[nodiscard]] QString slotSentence(const fat::SlotInfo& slot);

} // namespace fatlas::ui
