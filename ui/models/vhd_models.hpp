/// Tables about a VHD: fields of its structures, and its allocation table with the bitmaps.
///
/// Threads: GUI thread; what they show is immutable and shared.
#pragma once

#include "core/vhd/block_map.hpp"

#include "ui/models/vhd_fields.hpp"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace fatlas::ui {

/// Shape: Field, Value, Note.
class VhdFieldsModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int { NameColumn, ValueColumn, NoteColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setFields(std::vector<VhdField> fields);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    std::vector<VhdField> m_fields;
};

/// Shape:  a row for each entry of the table: Block, Entry, Offset, Sectors, Meaning.
/// Bounds: the first maxRows entries: a view keeps some bytes for each of its rows.
class VhdTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int {
        BlockColumn,
        EntryColumn,
        OffsetColumn,
        SectorsColumn,
        StateColumn,
        ColumnCount
    };

    static constexpr int maxRows = 2'000'000;

    using QAbstractTableModel::QAbstractTableModel;

    /// Both live as long as the model holds them; nullptr: nothing.
    void setTable(std::shared_ptr<const vhd::Chain> chain,
                  std::shared_ptr<const vhd::BlockMap> blocks);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString text(int row, int column) const;

    std::shared_ptr<const vhd::Chain> m_chain;
    std::shared_ptr<const vhd::BlockMap> m_blocks;
};

} // namespace fatlas::ui
