/// Files and folders of two volumes as rows: what is the same, changed, moved, or on one side only;
/// any of these can be left out.
///
/// Threads: GUI thread.
#pragma once

#include "core/fat/diff/diff.hpp"

#include <QAbstractTableModel>
#include <QString>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

/// In the order of the chips.
enum class CompareKind : std::uint8_t {
    Content, ///< on both sides, other bytes
    Details, ///< the same bytes, other times, attributes or name
    Moved,   ///< the same content somewhere else
    OnlyLeft,
    OnlyRight,
    Same,
};

inline constexpr std::size_t compareKindCount = 6;

[[nodiscard]] CompareKind kindOf(const fat::FileChange& change) noexcept;
[[nodiscard]] QString compareKindText(CompareKind kind);

class CompareFilesModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int {
        KindColumn,
        PathColumn,
        LeftSizeColumn,
        RightSizeColumn,
        WhatColumn,
        ColumnCount
    };

    using Kinds = std::array<bool, compareKindCount>; ///< by CompareKind

    using QAbstractTableModel::QAbstractTableModel;

    /// Shared with whoever made it; null: no rows.
    void setReport(std::shared_ptr<const fat::DiffReport> report);
    void setShown(const Kinds& kinds);

    [[nodiscard]] const Kinds& shownKinds() const noexcept { return m_shown; }

    /// Of all files, shown or not.
    [[nodiscard]] std::uint64_t count(CompareKind kind) const
    {
        return m_counts[static_cast<std::size_t>(kind)];
    }

    /// Null when there is no such row.
    [[nodiscard]] const fat::FileChange* changeOf(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    void filter();
    [[nodiscard]] static QString text(const fat::FileChange& change, int column);

    std::shared_ptr<const fat::DiffReport> m_report;
    std::vector<std::uint32_t> m_rows; ///< of the report's files
    std::array<std::uint64_t, compareKindCount> m_counts{};
    Kinds m_shown{true, true, true, true, true, false};
};

} // namespace fatlas::ui
