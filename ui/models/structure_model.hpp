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

    /// Whether values that are single ones can be typed over.
    void setEditable(bool editable) noexcept { m_isEditable = editable; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Changes nothing: says what was typed.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void valueTyped(const fatlas::ui::StructureField& field, const QString& text);

private:
    [[nodiscard]] QString text(const StructureField& field, int column) const;

    std::shared_ptr<const StructureMap> m_map;
    std::optional<std::uint32_t> m_part;
    bool m_isEditable = false;
};

} // namespace fatlas::ui
