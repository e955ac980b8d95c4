/// The fields of one structure as a table: where, name, value, meaning, and what the backup says.
///
/// Threads: GUI thread.
#pragma once

#include "ui/models/structure.hpp"

#include <QAbstractTableModel>

#include <memory>
#include <optional>

namespace fatlas::ui {

class StructureModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : std::uint8_t {
        OffsetColumn,
        NameColumn,
        ValueColumn,
        CopyColumn,
        MeaningColumn,
        ColumnCount
    };

    explicit StructureModel(QObject* parent = nullptr);

    /// Rows are the fields of that part; nothing: no rows.
    void show(std::shared_ptr<const StructureMap> map, std::optional<std::uint32_t> part);

    [[nodiscard]] const StructurePart* part() const;
    [[nodiscard]] const StructureField* fieldOf(int row) const;

    [[nodiscard]] bool hasCopies() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString text(const StructureField& field, int column) const;

    std::shared_ptr<const StructureMap> m_map;
    std::optional<std::uint32_t> m_part;
};

} // namespace fatlas::ui
