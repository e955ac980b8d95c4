#include "ui/document/new_disk_document.hpp"

#include "core/host/scan.hpp"

#include "ui/base/words.hpp"

#include <QFile>

#include <mutex>

namespace fatlas::ui {

namespace {

std::filesystem::path toPath(const QString& text)
{
    return QFile::encodeName(text).toStdString();
}

/// Forgetting large values takes time, so a worker does it.
template <class T>
void forgetOnWorker(T&& value)
{
    QThreadPool::globalInstance()->start([kept = std::forward<T>(value)] {});
}

} // namespace

struct NewDiskDocument::Relay {
    std::mutex lock;
    NewDiskDocument* document = nullptr;

    void folderChanged()
    {
        const std::scoped_lock held(lock);
        if (document != nullptr)
            QMetaObject::invokeMethod(document, &NewDiskDocument::rescan, Qt::QueuedConnection);
    }
};

NewDiskDocument::NewDiskDocument(QObject* parent) : QObject(parent)
{
    for (Task* task : {&m_scan, &m_planning})
        connect(task, &Task::stateChanged, this, &NewDiskDocument::busyChanged);
    connect(&m_scan, &Task::progressChanged, this, &NewDiskDocument::busyChanged);
}

NewDiskDocument::~NewDiskDocument()
{
    disconnect(&m_scan, nullptr, this, nullptr);
    disconnect(&m_planning, nullptr, this, nullptr);
    stopWatch();
}

bool NewDiskDocument::isBusy() const
{
    return m_scan.isRunning() || m_planning.isRunning();
}

void NewDiskDocument::setFolder(const QString& folder)
{
    stopWatch();
    m_scan.abandon();
    m_planning.abandon();
    m_rescanDue = false;
    m_folder = folder;
    forgetOnWorker(std::exchange(m_snapshot, {}));
    forgetOnWorker(std::exchange(m_plan, {}));
    forgetOnWorker(std::exchange(m_usage, {}));
    m_error.reset();
    Q_EMIT folderChanged();
    Q_EMIT watchChanged();
    m_sinceChange.start();
    if (!folder.isEmpty())
        startWatch();
}

void NewDiskDocument::stopWatch()
{
    m_watchStart.abandon();
    if (m_relay) {
        const std::scoped_lock held(m_relay->lock);
        m_relay->document = nullptr;
    }
    m_relay.reset();
    if (m_watch)
        forgetOnWorker(std::shared_ptr<host::Watch>(std::move(m_watch)));
    m_watching = Watching::No;
    m_watchProblem.clear();
}

// The watch stands before the scan looks, so that no change falls between the two.
void NewDiskDocument::startWatch()
{
    m_relay = std::make_shared<Relay>();
    m_relay->document = this;
    m_watchStart.start(
        [folder = toPath(m_folder), relay = m_relay](const JobControl&) {
            return host::Watch::start(folder, [relay] { relay->folderChanged(); });
        },
        [this](Result<std::unique_ptr<host::Watch>> watch) {
            m_watching = watch ? Watching::Yes : Watching::Refused;
            if (watch)
                m_watch = std::move(*watch);
            else
                m_watchProblem = shown(watch.error().message);
            Q_EMIT watchChanged();
            scan();
        });
}

void NewDiskDocument::rescan()
{
    if (m_folder.isEmpty() || m_watchStart.isRunning())
        return;
    // A folder that never rests must not keep a scan from ever ending.
    m_rescanDue = m_scan.isRunning();
    if (m_rescanDue)
        return;
    m_sinceChange.start();
    scan();
}

void NewDiskDocument::scan()
{
    m_scan.start(
        [folder = toPath(m_folder)](const JobControl& job) { return host::scan(folder, job); },
        [this](Result<std::shared_ptr<const host::Snapshot>> snapshot) {
            takeSnapshot(std::move(snapshot));
        });
}

void NewDiskDocument::takeSnapshot(Result<std::shared_ptr<const host::Snapshot>> snapshot)
{
    if (snapshot) {
        forgetOnWorker(std::exchange(m_snapshot, std::move(*snapshot)));
        replan();
    } else {
        m_planning.abandon();
        m_snapshot.reset();
        giveUp(snapshot.error());
    }
    if (std::exchange(m_rescanDue, false))
        rescan();
}

void NewDiskDocument::setOptions(const folder_disk::Options& options)
{
    if (options == m_options)
        return;
    m_options = options;
    m_sinceChange.start();
    if (m_snapshot)
        replan();
}

void NewDiskDocument::replan()
{
    m_planning.start(
        [snapshot = m_snapshot, options = m_options](const JobControl& job) -> Result<Planned> {
            FATLAS_ASSIGN(auto plan, folder_disk::planDisk(snapshot, options, job));
            auto usage = folder_disk::usageOf(*plan);
            return Planned{std::move(plan), std::move(usage)};
        },
        [this](Result<Planned> planned) { take(std::move(planned)); });
}

void NewDiskDocument::take(Result<Planned> planned)
{
    if (!planned)
        return giveUp(planned.error());
    m_error.reset();
    forgetOnWorker(std::exchange(m_usage, std::move(planned->usage)));
    forgetOnWorker(std::exchange(m_plan, std::move(planned->plan)));
    m_timing = {.plannedNs = m_sinceChange.nsecsElapsed(), .paintedNs = 0};
    m_paintDue = true;
    Q_EMIT planChanged();
}

void NewDiskDocument::giveUp(const Error& error)
{
    if (error.code == ErrorCode::Cancelled)
        return;
    m_error = error;
    Q_EMIT planFailed(error);
}

void NewDiskDocument::notePainted()
{
    if (!std::exchange(m_paintDue, false))
        return;
    m_timing.paintedNs = m_sinceChange.nsecsElapsed();
    Q_EMIT painted();
}

} // namespace fatlas::ui
