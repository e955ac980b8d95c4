/// Sorts and filters a VolumeTreeModel: folders first, then by the column; names in the order of
/// the locale, numbers by value. The filter keeps what matches by long or short name, what lies in
/// a matching folder, and the folders that lead there.
///
/// Threads: GUI thread.
#pragma once

#include "ui/models/volume_tree_model.hpp"

#include <QSortFilterProxyModel>

#include <cstdint>
#include <vector>

namespace fatlas::ui {

class VolumeTreeProxy : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit VolumeTreeProxy(VolumeTreeModel* source, QObject* parent = nullptr);

    void setNameFilter(const QString& text);

    [[nodiscard]] const QString& nameFilter() const noexcept { return m_filter; }

    /// How many files and folders the filter lets through.
    [[nodiscard]] std::size_t keptCount() const;

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    /// What was worked out for one tree and filter; made anew when either changes.
    struct Marks {
        const fat::Tree* tree = nullptr;
        std::vector<bool> keep;               ///< per node
        std::vector<std::uint32_t> nameRanks; ///< per node, among its siblings
        std::vector<bool> ranked;             ///< per folder: its children have ranks
    };

    void refreshMarks() const;
    void rankChildren(std::uint32_t folder) const;
    [[nodiscard]] std::uint32_t nameRank(std::uint32_t node) const;

    VolumeTreeModel* m_source;
    QString m_filter;
    mutable Marks m_marks;
};

} // namespace fatlas::ui
