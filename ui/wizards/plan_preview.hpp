/// The right side of New disk: does it fit, the disk as it will be, and what happens to names.
///
/// It follows a NewDiskDocument. The last map stays until the next one can be painted; an option
/// that cannot be is said in a banner above it.
///
/// Threads: GUI thread; cells are prepared on a worker.
#pragma once

#include "ui/document/focus.hpp"
#include "ui/document/new_disk_document.hpp"
#include "ui/models/map_cells.hpp"

#include <QWidget>

class QSplitter;

namespace fatlas::ui {

class Banner;
class ClusterMapView;
class FitMeter;
class MapLegend;
class PlanTabs;
class ThemedLabel;

class PlanPreview : public QWidget {
    Q_OBJECT

public:
    PlanPreview(NewDiskDocument& document, QWidget* parent = nullptr);
    ~PlanPreview() override;

    [[nodiscard]] ClusterMapView* map() const noexcept { return m_map; }

    [[nodiscard]] PlanTabs* tabs() const noexcept { return m_tabs; }

    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    /// The map shows the newest plan.
    [[nodiscard]] bool isUpToDate() const;

Q_SIGNALS:
    void formatChosen(fatlas::folder_disk::FloppyFormat format);
    void skipUnfitRequested();
    void hoveredText(const QString& text);
    void painted(); ///< the newest plan is on the screen

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeUpper();
    void prepare();
    void show(std::shared_ptr<const folder_disk::Plan> plan, std::shared_ptr<const MapCells> cells);
    using QWidget::show;
    void showError(const Error& error);
    void showRefusal();
    void updateScale();
    void clear();

    NewDiskDocument& m_document;
    Focus m_focus;
    std::shared_ptr<const folder_disk::Plan> m_shown;
    bool m_refused = false; ///< the plan shown may not be made as it is
    FitMeter* m_fit;
    Banner* m_banner;
    ThemedLabel* m_scale;
    ClusterMapView* m_map;
    MapLegend* m_legend;
    PlanTabs* m_tabs;
    Task m_cells{Task::Lane::Quick};
};

} // namespace fatlas::ui
