/// Gives the cluster map the colours of its mode: worked out on a worker, anew when map, findings
/// or volume change.
///
/// Content is read while its mode is shown, as far as it was read it stays known; so do the
/// differences of the FATs.
///
/// Threads:  GUI thread; reads on workers.
/// Lifetime: stops its workers when destroyed. The map outlives it.
#pragma once

#include "ui/document/volume_content.hpp"
#include "ui/models/map_modes.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace fatlas::ui {

class ClusterMapView;

class MapColourist final : public QObject {
    Q_OBJECT

public:
    explicit MapColourist(ClusterMapView& map, QObject* parent = nullptr);
    ~MapColourist() override;

    /// The volume, or what is known of it now. The cells are those of the map.
    void setContent(const SharedContent& content);

    [[nodiscard]] MapMode mode() const noexcept { return m_mode; }

    void setMode(MapMode mode);

    /// Why there is no such mode here; empty: there is.
    [[nodiscard]] QString problem(MapMode mode) const;
    /// "Reading the content: 42 %"; empty while nothing is under way.
    [[nodiscard]] QString progressText() const;

    /// The map shows the mode, as far as it ever will.
    [[nodiscard]] bool isSettled() const noexcept;

    /// What could not be read of the last mode that was wished for.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

Q_SIGNALS:
    void modeChanged();
    void progressChanged();

private:
    /// How far the content is known.
    struct Scan {
        std::vector<fat::ContentRun> runs;
        Cluster next{2};
    };

    struct ScanStep {
        Scan scan;
        SharedColouring colouring;
    };

    using Differences = std::shared_ptr<const std::vector<fat::DifferingRun>>;

    struct Comparison {
        Differences differences;
        SharedColouring colouring;
    };

    void followMap();
    void colour();
    void make(std::function<SharedColouring()> work);
    void readOn();
    void compare();
    void show(SharedColouring colouring);
    void giveUp(const Error& error);
    [[nodiscard]] static Result<ScanStep>
    readStep(const VolumeContent& content, const MapCells& cells, Scan scan, const JobControl& job);
    [[nodiscard]] bool knowsContent() const;

    ClusterMapView& m_map;
    MapMode m_mode = MapMode::State;
    SharedContent m_content;
    std::shared_ptr<const MapCells> m_cells; ///< those that were coloured
    std::optional<Scan> m_scan;              ///< away while a worker has it
    Differences m_differences;
    std::optional<Error> m_error;
    bool m_isColoured = true;
    bool m_colouring = false; ///< what the map tells is our own doing
    Task m_making{Task::Lane::Quick};
    Task m_reading{Task::Lane::Long};
    Task m_comparing{Task::Lane::Long};
};

} // namespace fatlas::ui
