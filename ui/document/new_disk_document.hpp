/// A disk that does not exist yet: a folder, the options, and the plan that follows them.
///
/// Choosing a folder watches and scans it, every change of options plans anew, a change on the host
/// scans again; all on workers. The newest wants win and late plans are dropped; the last plan
/// stays until the next one is there.
///
/// Errors:   planFailed says which options cannot be, or why the folder cannot be read.
/// Threads:  GUI thread; never does I/O there.
/// Lifetime: stops its workers and its watch when destroyed.
#pragma once

#include "core/fat/usage_map.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/host/watch.hpp"

#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace fatlas::ui {

/// From the change of an option, in nanoseconds on the GUI thread's clock.
struct PreviewTiming {
    qint64 plannedNs = 0; ///< until the plan was here
    qint64 paintedNs = 0; ///< until the map had been painted; 0 = not yet
};

class NewDiskDocument final : public QObject {
    Q_OBJECT

public:
    enum class Watching : std::uint8_t { No, Yes, Refused };

    explicit NewDiskDocument(QObject* parent = nullptr);
    ~NewDiskDocument() override;

    void setFolder(const QString& folder);
    void setOptions(const folder_disk::Options& options);
    /// Looks at the folder again.
    void rescan();

    [[nodiscard]] const QString& folder() const noexcept { return m_folder; }

    [[nodiscard]] const folder_disk::Options& options() const noexcept { return m_options; }

    /// The newest that could be made; nothing before the first.
    [[nodiscard]] const std::shared_ptr<const folder_disk::Plan>& plan() const noexcept
    {
        return m_plan;
    }

    [[nodiscard]] const std::shared_ptr<const fat::UsageMap>& usage() const noexcept
    {
        return m_usage;
    }

    /// Why there is no plan for what is asked now; plan() is then an older one.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    /// Scanning or planning: what plan() says may be out of date.
    [[nodiscard]] bool isBusy() const;

    [[nodiscard]] bool isScanning() const { return m_scan.isRunning(); }

    /// Nodes seen by the scan so far.
    [[nodiscard]] std::uint64_t scannedCount() const { return m_scan.progress().done; }

    [[nodiscard]] Watching watching() const noexcept { return m_watching; }

    [[nodiscard]] const QString& watchProblem() const noexcept { return m_watchProblem; }

    /// The view calls this when it has painted plan().
    void notePainted();

    [[nodiscard]] const PreviewTiming& timing() const noexcept { return m_timing; }

Q_SIGNALS:
    void folderChanged();
    void busyChanged();
    void planChanged();
    void planFailed(const fatlas::Error& error);
    void watchChanged();
    void painted();

private:
    /// The way from the watch's thread to here, cut when the document goes.
    struct Relay;

    struct Planned {
        std::shared_ptr<const folder_disk::Plan> plan;
        std::shared_ptr<const fat::UsageMap> usage;
    };

    void startWatch();
    void stopWatch();
    void scan();
    void takeSnapshot(Result<std::shared_ptr<const host::Snapshot>> snapshot);
    void replan();
    void take(Result<Planned> planned);
    void giveUp(const Error& error);

    QString m_folder;
    folder_disk::Options m_options;
    std::shared_ptr<const host::Snapshot> m_snapshot;
    std::shared_ptr<const folder_disk::Plan> m_plan;
    std::shared_ptr<const fat::UsageMap> m_usage;
    std::optional<Error> m_error;
    Watching m_watching = Watching::No;
    QString m_watchProblem;
    QElapsedTimer m_sinceChange;
    bool m_paintDue = false;
    bool m_rescanDue = false; ///< the folder changed while it was being scanned
    PreviewTiming m_timing;
    std::shared_ptr<Relay> m_relay;
    std::unique_ptr<host::Watch> m_watch;
    Task m_watchStart{Task::Lane::Long};
    Task m_scan{Task::Lane::Long};
    Task m_planning{Task::Lane::Quick};
};

} // namespace fatlas::ui
