/// The disk as guests have it: its map with what they do right now, its files with what they did.
///
/// Threads:  GUI thread; does no I/O.
/// Lifetime: `document` outlives it.
#pragma once

#include "core/base/units.hpp"

#include "ui/document/serve_document.hpp"
#include "ui/models/map_cells.hpp"

#include <QWidget>

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace fatlas::ui {

class ClusterMapView;
class FileTreeView;
class MapLegend;
class MapOverview;
class SegmentedControl;
class ThemedLabel;

class ServeLivePanel : public QWidget {
    Q_OBJECT

public:
    explicit ServeLivePanel(ServeDocument& document, QWidget* parent = nullptr);
    ~ServeLivePanel() override;

    [[nodiscard]] ClusterMapView* map() const noexcept { return m_map; }

    [[nodiscard]] FileTreeView* files() const noexcept { return m_files; }

    [[nodiscard]] SegmentedControl* pace() const noexcept { return m_pace; }

    [[nodiscard]] QCheckBox* follows() const noexcept { return m_follows; }

    /// There while a moment of the past is shown.
    [[nodiscard]] QPushButton* liveButton() const noexcept { return m_live; }

    /// "The disk as guests have it", or as it was and when.
    [[nodiscard]] QString caption() const;

    /// The map on the screen is that of the volume, or there is none.
    [[nodiscard]] bool isSettled() const;

Q_SIGNALS:
    void hoveredText(const QString& text);
    void writesRequested(std::optional<fatlas::Cluster> cluster);

private:
    [[nodiscard]] QHBoxLayout* makeCaption();
    [[nodiscard]] QWidget* makeMapSide(QWidget* parent);
    void makeActions();
    void connectParts();
    void showContent();
    void showCells(std::shared_ptr<const MapCells> cells);
    void followGlow();
    void followSample();
    void followState();
    void askWrites();
    [[nodiscard]] QString describe(CellRange range) const;

    ServeDocument& m_document;
    QStackedWidget* m_stack;
    QLabel* m_nothing;
    ClusterMapView* m_map;
    MapOverview* m_overview;
    MapLegend* m_legend;
    FileTreeView* m_files;
    SegmentedControl* m_pace;
    QCheckBox* m_follows;
    ThemedLabel* m_caption;
    ThemedLabel* m_lag;
    QPushButton* m_live;
    QElapsedTimer m_lastFollow;
    SharedContent m_shown; ///< whose cells are on the map
    Task m_cells{Task::Lane::Quick};
};

} // namespace fatlas::ui
