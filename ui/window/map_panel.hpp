/// The cluster map with what belongs to it: modes, zoom, overview, legend. Shows the volume as it
/// is, or as it would be after changes that are only planned.
///
/// Threads:  GUI thread; cells are made on a worker.
/// Lifetime: the document outlives it.
#pragma once

#include "ui/document/volume_document.hpp"
#include "ui/models/map_cells.hpp"
#include "ui/tasks/task.hpp"

#include <QWidget>

#include <memory>

namespace fatlas::ui {

class ClusterMapView;
class MapColourist;
class MapLegend;
class MapModeBar;
class MapOverview;
class ThemedLabel;

class MapPanel : public QWidget {
    Q_OBJECT

public:
    explicit MapPanel(VolumeDocument& document, QWidget* parent = nullptr);
    ~MapPanel() override;

    [[nodiscard]] ClusterMapView* map() const noexcept { return m_map; }

    [[nodiscard]] MapColourist& colourist() noexcept { return *m_colourist; }

    [[nodiscard]] MapModeBar* modeBar() const noexcept { return m_modeBar; }

    [[nodiscard]] MapLegend* legend() const noexcept { return m_legend; }

    /// Another volume, or the same one with other clusters.
    void showContent();
    /// More is known about what is wrong.
    void showFindings();
    /// The map as it would be; null: as it is. `caption` stands above it.
    void showPlanned(std::shared_ptr<const fat::UsageMap> planned, const QString& caption);

    [[nodiscard]] const std::shared_ptr<const fat::UsageMap>& planned() const noexcept
    {
        return m_planned;
    }

    /// Writes a picture of the whole map with its legend, as PNG or SVG by the ending of the name.
    void savePicture(const QString& target);

    /// "owner", "hilbert"; else the reason why not.
    [[nodiscard]] Result<> setMode(const QString& name);
    [[nodiscard]] Result<> setOrder(const QString& name);

Q_SIGNALS:
    void drawn();                   ///< what was asked for last is on the map
    void said(const QString& text); ///< what came of saving

private:
    [[nodiscard]] QWidget* makeBar();
    void askForPicture();
    void draw(std::shared_ptr<const fat::UsageMap> usage);
    void showCells(std::shared_ptr<const MapCells> cells);

    VolumeDocument& m_document;
    ClusterMapView* m_map;
    MapColourist* m_colourist;
    MapModeBar* m_modeBar;
    MapOverview* m_overview;
    MapLegend* m_legend;
    ThemedLabel* m_caption;
    QString m_plannedCaption;
    std::shared_ptr<const MapCells> m_cellsNow;     ///< of the volume as it is
    std::shared_ptr<const fat::UsageMap> m_planned; ///< set: the map shows this
    Task m_cells{Task::Lane::Quick};
    Task m_saving{Task::Lane::Long};
};

} // namespace fatlas::ui
