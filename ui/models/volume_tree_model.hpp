/// Files and folders of a volume for a tree view, straight over fat::Tree without a copy.
///
/// Shape:   the rows of the root are the children of node 0; an index's internal id is the node.
/// Units:   SortRole gives plain numbers (bytes, clusters) and names for comparing.
/// Threads: GUI thread; the tree is immutable and shared.
#pragma once

#include "core/fat/tree.hpp"
#include "core/serve/traffic.hpp"

#include <QAbstractItemModel>
#include <QFont>
#include <QIcon>

#include <map>
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
        TrafficColumn, ///< what guests read and wrote, of folders with all that is in them
    };

    enum Role : int {
        NodeRole = Qt::UserRole, ///< uint: index into the tree
        SortRole,
        IsDirectoryRole,
        PathRole,     ///< "/DOCS/A.TXT"
        DamagedRole,  ///< the chain does not end as it should
        ReadPartRole, ///< of TrafficColumn: 0 ... 1, of the busiest in the root
        WrittenPartRole,
    };

    explicit VolumeTreeModel(QObject* parent = nullptr);
    ~VolumeTreeModel() override;

    void setTree(std::shared_ptr<const fat::Tree> tree);

    /// Of the nodes of the tree; null: nothing is known.
    void setTraffic(std::shared_ptr<const serve::DiskTraffic> traffic);

    /// Of a node with all that is in it.
    [[nodiscard]] serve::Traffic trafficOf(std::uint32_t node) const;

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
    [[nodiscard]] QString display(std::uint32_t node, int column) const;
    [[nodiscard]] QVariant sortKey(std::uint32_t node, int column) const;
    [[nodiscard]] QString toolTip(std::uint32_t node, int column) const;
    [[nodiscard]] QVariant decoration(std::uint32_t node) const;
    [[nodiscard]] double part(std::uint64_t bytes) const;

    std::shared_ptr<const fat::Tree> m_tree;
    std::shared_ptr<const serve::DiskTraffic> m_traffic;
    std::vector<serve::Traffic> m_sums; ///< by node; empty: nothing is known
    std::uint64_t m_mostTraffic = 0;    ///< of what lies in the root
    QFont m_monospace;
    mutable std::map<const char*, QIcon> m_icons; ///< by Lucide name
};

} // namespace fatlas::ui
