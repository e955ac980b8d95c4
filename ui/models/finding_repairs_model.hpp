/// What a repair does, one row for each action, and the bytes that it changes, one for each patch.
///
/// Units:   places in bytes from the start of the disk: `volumeOffset` is added to the plan's.
/// Threads: GUI thread; the plan is immutable and shared.
#pragma once

#include "core/fat/repair/repair.hpp"

#include <QAbstractTableModel>

#include <cstdint>
#include <memory>

namespace fatlas::ui {

/// What is done, What was found, Where.
class FindingRepairsModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int { ActionColumn, FindingColumn, WhereColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setPlan(std::shared_ptr<const fat::RepairPlan> plan);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    std::shared_ptr<const fat::RepairPlan> m_plan;
};

/// Place, Bytes, Before, After.
class FindingPatchesModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int { PlaceColumn, BytesColumn, BeforeColumn, AfterColumn, ColumnCount };

    static constexpr std::size_t maxShownBytes = 16; ///< of one patch; the rest is counted

    using QAbstractTableModel::QAbstractTableModel;

    void setPlan(std::shared_ptr<const fat::RepairPlan> plan, std::uint64_t volumeOffset);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString text(const block::Patch& patch, int column) const;

    std::shared_ptr<const fat::RepairPlan> m_plan;
    std::uint64_t m_volumeOffset = 0;
};

} // namespace fatlas::ui
