/// Files and folders of a volume for a tree view, straight over fat::Tree without a copy.
///
/// Shape:   the rows of the root are the children of node 0; an index's internal id is the node.
/// Units:   SortRole gives plain numbers (bytes, clusters) and names for comparing.
/// Threads: GUI thread; the tree is immutable and shared.
#pragma once

#include "core/fat/tree.hpp"
#include "core/folder_disk/plan.hpp"

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>

#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

class VolumeTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column : int {
        NameColumn,
        ShortNameColumn,
        SizeColumn,
        ClustersColumn,
        FirstClusterColumn,
        FragmentsColumn,
        ModifiedColumn,
        AttributesColumn,
        columnCountValue,
    };

    enum Role : int {
        NodeRole = Qt::UserRole, ///< uint: index into the tree
        SortRole,
        IsDirectoryRole,
        PathRole,    ///< "/DOCS/A.TXT"
        DamagedRole, ///< the chain does not end as it should
    };

    explicit VolumeTreeModel(QObject* parent = nullptr);
    ~VolumeTreeModel() override;

    void setTree(std::shared_ptr<const fat::Tree> tree);

    [[nodiscard]] const std::shared_ptr<const fat::Tree>& tree() const noexcept { return m_tree; }

    /// Invalid for the root and for nodes that do not exist.
    [[nodiscard]] QModelIndex indexOfNode(std::uint32_t node, int column = NameColumn) const;
    [[nodiscard]] std::optional<std::uint32_t> nodeOf(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    using QObject::parent;
    [[nodiscard]] int rowCount(const QModelIndex& parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex& parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    [[nodiscard]] std::uint32_t nodeAt(const QModelIndex& index) const;
    [[nodiscard]] QString display(const fat::TreeNode& node, int column) const;
    [[nodiscard]] QVariant sortKey(const fat::TreeNode& node, int column) const;
    [[nodiscard]] QString toolTip(const fat::TreeNode& node, int column) const;

    std::shared_ptr<const fat::Tree> m_tree;
};

/// Folders first, then by the column; names in the order of the locale, numbers by value. The
/// filter matches names and paths and keeps the folders that lead to a match.
class VolumeTreeProxy : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit VolumeTreeProxy(QObject* parent = nullptr);

    void setNameFilter(const QString& text);

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    [[nodiscard]] const fat::Tree* tree() const;
    void markMatches();

    QString m_filter;
    std::vector<bool> m_keep; ///< per node: matches, or leads to or lies in a match
};

} // namespace fatlas::ui
