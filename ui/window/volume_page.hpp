/// The debugger of one open volume: map in the middle, files, inspector, chain and findings as
/// docks around it, all following one Focus.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/staged_edits.hpp"

#include <QMainWindow>

class QDockWidget;
class QLabel;
class QStackedWidget;

namespace fatlas::ui {

class Banner;
class Breadcrumb;
class ChainView;
class ChangesPanel;
class ClusterMapView;
class EverythingElseView;
class FatTableView;
class FileTreeView;
class FindingsPanel;
class HexPanel;
class InspectorPanel;
class MapPanel;
class TabBadge;

class VolumePage : public QMainWindow {
    Q_OBJECT

public:
    /// `partition`: its number, where the disk has several volumes.
    explicit VolumePage(const QString& source,
                        std::optional<std::uint32_t> partition = std::nullopt,
                        QWidget* parent = nullptr);
    ~VolumePage() override;

    [[nodiscard]] VolumeDocument& document() noexcept { return m_document; }

    [[nodiscard]] ClusterMapView* map() const noexcept { return m_map; }

    [[nodiscard]] MapPanel* mapPanel() const noexcept { return m_mapPanel; }

    [[nodiscard]] InspectorPanel* inspector() const noexcept { return m_inspector; }

    [[nodiscard]] Breadcrumb* breadcrumb() const noexcept { return m_breadcrumb; }

    [[nodiscard]] ChainView* chain() const noexcept { return m_chain; }

    [[nodiscard]] FileTreeView* files() const noexcept { return m_files; }

    [[nodiscard]] HexPanel* bytes() const noexcept { return m_bytes; }

    [[nodiscard]] const QList<QDockWidget*>& docks() const noexcept { return m_docks; }

    /// Says in place why the volume cannot be shown.
    [[nodiscard]] Banner* banner() const noexcept { return m_banner; }

    /// What is changed but not written yet.
    [[nodiscard]] StagedEdits& edits() noexcept { return m_edits; }

    [[nodiscard]] ChangesPanel* changes() const noexcept { return m_changes; }

    [[nodiscard]] FindingsPanel* findings() const noexcept { return m_findings; }

    [[nodiscard]] FatTableView* fatTable() const noexcept { return m_fatTable; }

    [[nodiscard]] EverythingElseView* everythingElse() const noexcept { return m_everythingElse; }

    /// Goes to "cluster:433", "/DOCS/A.TXT", "finding:1", "entry:433" ...; else the reason.
    [[nodiscard]] Result<> goTo(const QString& address);
    /// Opens and raises the dock of that name ("chain", "bytes" ...); whether there is one.
    bool showDock(const QString& name);
    /// The next dock, or the map, gets the keyboard.
    void focusNextDock();
    /// Reads and checks the volume again, with the list of findings in sight.
    void check();
    /// The next (1) or previous (-1) finding, with its list in sight.
    void stepFinding(int direction);
    /// The FAT entry of the selected cluster.
    void showFatEntry();
    void resetLayout();

    [[nodiscard]] QByteArray layoutState() const { return saveState(layoutVersion); }

    void restoreLayout(const QByteArray& state);
    /// "9 clusters, 4.5 KiB selected"
    [[nodiscard]] QString selectionText() const;

    /// The map on the screen is that of the volume.
    [[nodiscard]] bool isShown() const { return m_shown; }

Q_SIGNALS:
    void hoveredText(const QString& text);
    void selectionTextChanged();
    void shown();

protected:
    void showEvent(QShowEvent* event) override;

private:
    static constexpr int layoutVersion = 4;

    QWidget* makeCenter();
    [[nodiscard]] QWidget* makeFiles();
    QDockWidget* addDock(Qt::DockWidgetArea area, const QString& name, const QString& title,
                         QWidget* content);
    void makeDocks();
    void makeActions();
    void shareRoom();
    void connectParts();
    void connectDocument();
    void showContent();
    void showMap();
    void followPlans();
    void followEdits();
    void showBytes();
    void showFindings();
    [[nodiscard]] bool goToNumbered(const QString& address);
    void showLoading();
    void showFailure(const Error& error);
    [[nodiscard]] QList<QWidget*> stops() const;

    VolumeDocument m_document;
    StagedEdits m_edits{m_document};
    bool m_shown = false;
    QByteArray m_defaultLayout; ///< empty until the page was first shown
    QByteArray m_wantedLayout;  ///< to be restored then
    Breadcrumb* m_breadcrumb;
    QStackedWidget* m_center;
    QLabel* m_loading;
    Banner* m_banner;
    MapPanel* m_mapPanel;
    ClusterMapView* m_map; ///< of the panel
    FileTreeView* m_files;
    InspectorPanel* m_inspector;
    ChainView* m_chain;
    HexPanel* m_bytes;
    EverythingElseView* m_everythingElse;
    FindingsPanel* m_findings;
    FatTableView* m_fatTable;
    ChangesPanel* m_changes;
    TabBadge* m_badge = nullptr;
    TabBadge* m_changesBadge = nullptr;
    QList<QDockWidget*> m_docks;
    SharedContent m_shownContent; ///< in the bytes
    std::shared_ptr<const block::BlockDevice> m_shownDisk;
};

} // namespace fatlas::ui
