/// Staged changes as rows: what, in how many places, how many bytes, whether it is in effect.
///
/// Threads: GUI thread.
#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fatlas::ui {

struct ChangeRow {
    QString what;
    std::uint64_t places = 0;
    std::uint64_t bytes = 0;
    std::uint64_t firstOffset = 0; ///< of the disk

    bool operator==(const ChangeRow&) const = default;
};

class ChangesModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int {
        WhatColumn,
        PlacesColumn,
        BytesColumn,
        WhereColumn,
        StateColumn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// The first `inEffect` of them are; those behind were undone.
    void setRows(std::vector<ChangeRow> rows, std::size_t inEffect);

    [[nodiscard]] const std::vector<ChangeRow>& rows() const noexcept { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString text(std::size_t row, int column) const;

    std::vector<ChangeRow> m_rows;
    std::size_t m_inEffect = 0;
};

} // namespace fatlas::ui
