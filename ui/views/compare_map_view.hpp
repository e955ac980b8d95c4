/// The clusters of two volumes that are compared, in one map: same, different, only left, only
/// right; below, what the chosen cluster is on each side.
///
/// Where clusters of the two have nothing to do with each other, it says why.
///
/// Threads: GUI thread; cells and colours are made on a worker.
#pragma once

#include "ui/document/comparison.hpp"
#include "ui/document/focus.hpp"
#include "ui/models/compare_rows.hpp"
#include "ui/tasks/task.hpp"

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QStackedWidget;

namespace fatlas::ui {

class ClusterMapView;
class ElidedLabel;
class MapLegend;
class MapOverview;
class ThemedLabel;

class CompareMapView : public QWidget {
    Q_OBJECT

public:
    /// "Part 4 of 9 of /DOCS/A.TXT": what a cluster is on one side.
    using Explain = std::function<QString(const VolumeContent& content, Cluster cluster)>;

    CompareMapView(Focus& focus, Explain explain, QWidget* parent = nullptr);
    ~CompareMapView() override;

    /// Null: nothing is compared.
    void setComparison(std::shared_ptr<const Comparison> comparison);

    [[nodiscard]] ClusterMapView* map() const noexcept { return m_map; }

    [[nodiscard]] MapLegend* legend() const noexcept { return m_legend; }

    /// What stands below about the chosen cluster.
    [[nodiscard]] QString leftText() const;
    [[nodiscard]] QString rightText() const;

    /// The newest comparison is on the map, or there is nothing to show.
    [[nodiscard]] bool isSettled() const noexcept { return !m_making.isRunning(); }

Q_SIGNALS:
    void hoveredText(const QString& text);
    void clusterChosen(Cluster cluster); ///< by hand

private:
    struct Picture {
        std::shared_ptr<const MapCells> cells;
        SharedColouring colouring;
    };

    [[nodiscard]] QWidget* makeMap();
    void show(const Picture& picture);
    void follow();
    void choose(std::optional<Cluster> cluster);
    [[nodiscard]] QString sentenceAbout(CellRange cells) const;

    Focus& m_focus;
    std::optional<Cluster> m_cluster; ///< that the sentences are about
    Explain m_explain;
    std::shared_ptr<const Comparison> m_comparison;
    QStackedWidget* m_stack;
    ThemedLabel* m_nothing;
    ClusterMapView* m_map;
    MapOverview* m_overview;
    MapLegend* m_legend;
    ElidedLabel* m_left;
    ElidedLabel* m_right;
    Task m_making{Task::Lane::Quick};
};

} // namespace fatlas::ui
