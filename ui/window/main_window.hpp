/// The window: toolbar, documents as tabs, jobs, status line; what is dropped on it is opened.
///
/// Threads:  GUI thread; does no I/O there.
/// Lifetime: closing asks once while jobs run, or what is served would be lost or cut off.
#pragma once

#include "core/base/error.hpp"
#include "core/convert/tour.hpp"
#include "core/folder_disk/options_text.hpp"
#include "core/serve/write_back.hpp"

#include "ui/document/comparison.hpp"
#include "ui/document/extraction.hpp"
#include "ui/tasks/task_list.hpp"
#include "ui/window/window_actions.hpp"
#include "ui/window/window_settings.hpp"

#include <QMainWindow>

#include <functional>
#include <optional>
#include <string>
#include <vector>

class QLabel;
class QMenu;

namespace fatlas::ui {

class ComparePage;
class DocumentTabs;
class ElidedLabel;
class GoToBox;
class HelpWindow;
class JobsPanel;
class NewDiskPage;
class NewVhdPage;
class ServePage;
class ThemedLabel;
class VhdPage;
struct ServeWish;
struct VhdActionPlan;
class VolumePage;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(WindowSettings::Keep keep, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A folder becomes a New disk page, anything else is opened; the look at what it is happens
    /// on a worker.
    void openPaths(const QStringList& paths);
    NewDiskPage* newDisk(const QString& folder);
    /// `partition`: its number, where the disk has several volumes.
    VolumePage* openVolume(const QString& source,
                           std::optional<std::uint32_t> partition = std::nullopt);
    /// The inspector of a VHD; the one that is open already if there is one.
    VhdPage* openVhd(const QString& path);
    NewVhdPage* newVhd();
    /// Makes what a New VHD page plans, then shows it in its place.
    void createVhd(NewVhdPage* page);

    /// A page that compares these; when one of them is empty it waits for it.
    ComparePage* compare(const CompareSource& left, const CompareSource& right);
    /// As openPaths(), but two images are compared.
    void dropPaths(const QStringList& paths);

    /// A page that serves this; the one that does already if there is one.
    ServePage* serve(const ServeWish& wish);
    /// Writes what guests have without asking where.
    void saveServedTo(ServePage* page, const QString& target);
    /// The newest disk that the page serves, as it was after a write of its timeline.
    void saveMomentTo(ServePage* page, std::uint64_t moment, const QString& target);

    /// Takes what is selected in the volume in front, or all of it, out into a folder.
    void extractTo(const QString& folder);

    /// Writes the current document without asking where.
    void saveTo(const QString& target);

    [[nodiscard]] DocumentTabs* tabs() const noexcept { return m_tabs; }

    [[nodiscard]] TaskList& jobs() noexcept { return m_jobs; }

    [[nodiscard]] const WindowActions& actions() const noexcept { return m_actions; }

    [[nodiscard]] GoToBox* goToBox() const noexcept { return m_goTo; }

    [[nodiscard]] QString statusText() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    /// A source, and what it turned out to be.
    struct Sorted {
        QString path;
        bool isFolder = false;
        bool isVhd = false;
        folder_disk::SourceAddress address;
    };

    void sortPaths(const QStringList& paths, std::function<void(const std::vector<Sorted>&)> done);
    [[nodiscard]] CompareSource compareSource() const;
    void openSorted(const std::vector<Sorted>& sources);
    [[nodiscard]] QWidget* makeTopBar();
    void popUpMenu();
    void makeMenu();
    void fillViewMenu();
    void makeStatus();
    void connectActions();
    void connectWelcome();
    void follow();
    void followHistory();
    void showStatus(const QString& text);
    void updateCorner();
    void askNewDisk();
    void inspectDisk();
    void runVhd(VhdPage* page, const std::shared_ptr<const VhdActionPlan>& plan);
    void askOpen();
    void askSave();
    void askExtract();
    [[nodiscard]] std::string pathToExtract() const;
    void connectExtraction(VolumePage* page);
    void askToClose();
    void stopAndClose();
    void openLesson(convert::Lesson lesson);
    void offerRecent();
    void serveCurrent();
    void askSaveServed(ServePage* page);
    void askSaveGuestVersion(ServePage* page, const std::string& path);
    void askSaveMoment(ServePage* page, std::uint64_t moment);
    enum class Then : std::uint8_t { Stay, Close };
    void askToStop(ServePage* page, Then then);
    void stopServing();
    [[nodiscard]] bool mayClose(QWidget* page);
    void connectSessions();
    void offerSessions();
    void askToGiveUp(const serve::StoredSession& session);
    /// Jobs run, or something is served.
    [[nodiscard]] bool isBusy() const;
    [[nodiscard]] QStringList unsavedServing() const;
    [[nodiscard]] ServeWish serveWish() const;
    [[nodiscard]] QString serveProblem() const;
    void showInFolder(const QString& path);
    void showHelp();
    void showAbout();
    void rememberLayout();
    [[nodiscard]] QString saveProblem() const;
    [[nodiscard]] QString inspectProblem() const;
    [[nodiscard]] QString suggestedTarget() const;

    WindowSettings m_settings;
    TaskList m_jobs;
    Extraction m_extraction{m_jobs};
    WindowActions m_actions;
    bool m_closing = false; ///< agreed to; waits for the jobs to end
    DocumentTabs* m_tabs;
    JobsPanel* m_jobsPanel;
    GoToBox* m_goTo;
    QMenu* m_menu;
    QMenu* m_viewMenu;
    ElidedLabel* m_status;
    ThemedLabel* m_selection;
    ThemedLabel* m_corner;
    ThemedLabel* m_check;
    HelpWindow* m_help = nullptr; ///< made when it is first wanted
    Task m_sorting{Task::Lane::Quick};
    Task m_lesson{Task::Lane::Quick};
    Task m_listing{Task::Lane::Quick};
};

} // namespace fatlas::ui
