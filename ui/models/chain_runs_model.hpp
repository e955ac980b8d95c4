/// The runs of one chain as a table: #, Clusters, Count, From part, Jump, Image offset.
///
/// Units:   offsets in bytes from the start of the image.
/// Threads: GUI thread.
#pragma once

#include "core/fat/geometry.hpp"

#include <QAbstractTableModel>

#include <vector>

namespace fatlas::ui {

class ChainRunsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int {
        NumberColumn,
        ClustersColumn,
        CountColumn,
        FromPartColumn,
        JumpColumn,
        OffsetColumn,
    };

    enum Role : int { SortRole = Qt::UserRole, MonospaceRole };

    explicit ChainRunsModel(QObject* parent = nullptr);

    /// `runs` in chain order; `volumeOffset` is where the volume starts in the image.
    void setChain(const fat::Geometry& geometry, std::uint64_t volumeOffset,
                  std::vector<ClusterRange> runs);
    void clear();

    [[nodiscard]] const std::vector<ClusterRange>& runs() const noexcept { return m_runs; }

    /// The run that holds a cluster, -1 for none.
    [[nodiscard]] int rowOf(Cluster cluster) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString display(std::size_t row, int column) const;
    [[nodiscard]] QVariant sortKey(std::size_t row, int column) const;
    [[nodiscard]] std::int64_t jump(std::size_t row) const;

    fat::Geometry m_geometry;
    std::uint64_t m_volumeOffset = 0;
    std::vector<ClusterRange> m_runs;
    std::vector<std::uint64_t> m_fromPart; ///< clusters of the chain before each run
};

} // namespace fatlas::ui
