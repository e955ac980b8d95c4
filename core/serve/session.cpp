#include "core/serve/session.hpp"

#include "core/base/text.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/image/folder_source.hpp"
#include "core/serve/folder_watcher.hpp"
#include "core/serve/keep.hpp"
#include "core/serve/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace fatlas::serve {

namespace {

class SessionImpl final : public Session {
public:
    SessionImpl(SessionOptions options, SessionEvents events)
        : m_options(std::move(options)), m_events(std::move(events))
    {
        if (m_options.scratchFolder.empty())
            m_options.scratchFolder = defaultScratchFolder();
    }

    [[nodiscard]] Result<> start(const std::string& source, const JobControl& job);

    [[nodiscard]] std::vector<Generation> generations() const override;
    [[nodiscard]] std::vector<Finding> findings() const override;
    [[nodiscard]] Result<Generation> publish(const JobControl& job) override;
    [[nodiscard]] std::uint64_t changedBytes(std::uint32_t generation) const override;

    [[nodiscard]] WriteBack* writeBack() noexcept override { return m_writeBack.get(); }

    [[nodiscard]] Result<convert::SaveStatistics> save(std::uint32_t generation,
                                                       const std::filesystem::path& target,
                                                       convert::Replace replace,
                                                       const JobControl& job) const override;
    [[nodiscard]] Result<convert::SaveStatistics> saveMoment(const SavedMoment& which,
                                                             const std::filesystem::path& target,
                                                             convert::Replace replace,
                                                             const JobControl& job) const override;

private:
    using PlanPointer = std::shared_ptr<const folder_disk::Plan>;

    [[nodiscard]] Result<Generation> firstGeneration(const std::string& source,
                                                     const JobControl& job);
    [[nodiscard]] Result<Generation> firstWrittenBack(const std::string& source,
                                                      const JobControl& job);
    [[nodiscard]] Result<> watch();
    void lookAgain(const std::stop_token& stop);
    [[nodiscard]] Result<PlanPointer> planAgain(const JobControl& job) const;
    [[nodiscard]] Result<PlanPointer> withNewSerial(PlanPointer plan, const JobControl& job) const;
    [[nodiscard]] Result<> refusePublishing() const;
    [[nodiscard]] Result<Generation> publishPlan(PlanPointer plan, const JobControl& job);
    void addTimeline(Generation& made, std::shared_ptr<const block::BlockDevice> below,
                     const std::filesystem::path& folder);
    void add(const Generation& made);
    [[nodiscard]] Generation newest() const;
    [[nodiscard]] std::optional<Generation> find(std::uint32_t number) const;
    void report(const Error& error);

    SessionOptions m_options;
    SessionEvents m_events;
    std::string m_source;
    std::vector<Finding> m_findings;
    std::recursive_mutex m_turn; ///< one look at the folder, publishing or callback at a time
    HostChanges m_told;          ///< under m_turn: what was told last
    std::string m_problem;       ///< under m_turn
    mutable std::mutex m_mutex;  ///< over m_generations
    std::vector<Generation> m_generations;
    std::unique_ptr<WriteBack> m_writeBack;
    std::unique_ptr<FolderWatcher> m_watcher; ///< last: its thread ends first
};

Result<> SessionImpl::start(const std::string& source, const JobControl& job)
{
    m_source = source;
    FATLAS_ASSIGN(Generation first, firstGeneration(source, job));
    first.name = generationName(m_options.name, 1);
    m_generations.push_back(std::move(first));
    return watch();
}

Result<Generation> SessionImpl::firstGeneration(const std::string& source, const JobControl& job)
{
    if (m_options.mode == Mode::Keep) {
        FATLAS_ASSIGN(KeptDisk kept, openKept(source, m_options.open, m_options.keep, job));
        if (kept.opened.plan)
            m_findings = kept.opened.plan->findings;
        m_findings.insert(m_findings.end(), kept.findings.begin(), kept.findings.end());
        FATLAS_ASSIGN(Generation made,
                      makeGeneration(kept.opened, m_options.mode, std::move(kept.overlay)));
        addTimeline(made, kept.opened.disk, m_options.keep);
        return made;
    }
    if (m_options.mode == Mode::WriteBack)
        return firstWrittenBack(source, job);
    FATLAS_ASSIGN(const auto opened, image::openDisk(source, m_options.open, job));
    if (opened.plan)
        m_findings = opened.plan->findings;
    std::shared_ptr<block::OverlayDevice> overlay;
    if (m_options.mode == Mode::Scratch) {
        FATLAS_ASSIGN(overlay,
                      block::OverlayDevice::createScratch(opened.disk, m_options.scratchFolder));
    }
    FATLAS_ASSIGN(Generation made, makeGeneration(opened, m_options.mode, std::move(overlay)));
    addTimeline(made, opened.disk, m_options.scratchFolder);
    return made;
}

/// A disk whose past cannot be remembered is served all the same.
void SessionImpl::addTimeline(Generation& made, std::shared_ptr<const block::BlockDevice> below,
                              const std::filesystem::path& folder)
{
    if (!made.overlay)
        return;
    auto finding =
        giveTimeline(made, std::move(below),
                     {.mode = m_options.mode, .folder = folder, .bytes = m_options.timelineBytes});
    if (finding)
        m_findings.push_back(std::move(*finding));
}

/// Between the guest and the overlay stands who tells that it wrote.
Result<Generation> SessionImpl::firstWrittenBack(const std::string& source, const JobControl& job)
{
    FATLAS_ASSIGN(m_writeBack, WriteBack::open(source, m_options.open, m_options.writeBack, job));
    m_findings = m_writeBack->opened().plan->findings;
    FATLAS_ASSIGN(Generation made,
                  makeGeneration(m_writeBack->opened(), m_options.mode, m_writeBack->overlay()));
    made.device = m_writeBack->device();
    addTimeline(made, m_writeBack->opened().disk, m_writeBack->folder());
    made.allowsManyConnections = m_options.isSharedByOneClient;
    return made;
}

/// A folder that cannot be watched can be served all the same.
Result<> SessionImpl::watch()
{
    const PlanPointer plan = m_generations.front().plan;
    // What a session that writes back changes itself is no news; conflicts it finds by itself.
    if (!plan || plan->snapshot->root.empty() || m_options.publish == Publish::Never ||
        m_options.mode == Mode::WriteBack)
        return {};
    auto watcher = FolderWatcher::start(plan->snapshot->root,
                                        [this](const std::stop_token& stop) { lookAgain(stop); },
                                        {.quiet = m_options.quiet, .most = 10 * m_options.quiet});
    if (watcher)
        m_watcher = std::move(*watcher);
    else
        m_findings.push_back(
            {.rule = "S3",
             .severity = Severity::Info,
             .path = plan->snapshot->root.native(),
             .message = "changes of the folder are not noticed: " + watcher.error().message,
             .advice = {}});
    return {};
}

Result<SessionImpl::PlanPointer> SessionImpl::planAgain(const JobControl& job) const
{
    const PlanPointer first = generations().front().plan;
    folder_disk::Options options = first->options;
    return image::planFolder(
        {.folder = first->snapshot->root, .output = {}, .options = std::move(options)}, job);
}

void SessionImpl::lookAgain(const std::stop_token& stop)
{
    const std::scoped_lock lock(m_turn);
    const JobControl job(stop);
    const auto plan = planAgain(job);
    if (stop.stop_requested())
        return;
    if (!plan)
        return report(plan.error());
    const HostChanges changes = compareHost(*newest().plan, **plan);
    if (changes == m_told)
        return;
    m_told = changes;
    if (m_options.publish == Publish::Auto && m_options.mode != Mode::Keep && !changes.isEmpty()) {
        if (const auto made = publishPlan(*plan, job); !made)
            report(made.error());
    } else if (m_events.onHostChanges) {
        m_events.onHostChanges(changes);
    }
}

/// The same problem is told once.
void SessionImpl::report(const Error& error)
{
    if (std::exchange(m_problem, error.message) != error.message && m_events.onProblem)
        m_events.onProblem(error);
}

/// By its serial number a guest knows that another disk was put in.
Result<SessionImpl::PlanPointer> SessionImpl::withNewSerial(PlanPointer plan,
                                                            const JobControl& job) const
{
    const auto all = generations();
    const auto isTaken = [&](std::uint32_t serial) {
        return std::ranges::any_of(
            all, [&](const Generation& made) { return made.plan->boot.serial == serial; });
    };
    if (!isTaken(plan->boot.serial))
        return plan;
    folder_disk::Options options = plan->options;
    std::uint32_t serial = plan->boot.serial;
    while (isTaken(serial)) // fewer are taken than there are numbers
        ++serial;
    options.serial = serial;
    return folder_disk::planDisk(plan->snapshot, options, job);
}

Result<> SessionImpl::refusePublishing() const
{
    const Generation last = newest();
    if (!last.plan || last.plan->snapshot->root.empty())
        return fail(ErrorCode::Refused,
                    "only what is made from a folder can change while it is served");
    if (m_options.mode == Mode::Keep || m_options.mode == Mode::WriteBack)
        return fail(ErrorCode::Refused,
                    "what guests wrote is kept and belongs to the disk as it was made; serve the "
                    "folder in a new session to show its changes");
    return {};
}

Result<Generation> SessionImpl::publish(const JobControl& job)
{
    FATLAS_TRY(refusePublishing());
    const std::scoped_lock lock(m_turn);
    FATLAS_ASSIGN(PlanPointer plan, planAgain(job));
    if (compareHost(*newest().plan, *plan).isEmpty())
        return fail(ErrorCode::Refused,
                    fmt::format("nothing changed in {} since it was published",
                                escapeForTerminal(plan->snapshot->root.native())));
    return publishPlan(std::move(plan), job);
}

Result<Generation> SessionImpl::publishPlan(PlanPointer plan, const JobControl& job)
{
    FATLAS_ASSIGN(plan, withNewSerial(std::move(plan), job));
    image::OpenedDisk opened{.source = m_source,
                             .disk = nullptr,
                             .plan = plan,
                             .origin = {.kind = image::DiskOrigin::Kind::Folder}};
    FATLAS_ASSIGN(opened.disk, folder_disk::openFolderDisk(plan));
    std::shared_ptr<block::OverlayDevice> overlay;
    if (m_options.mode == Mode::Scratch) {
        FATLAS_ASSIGN(overlay,
                      block::OverlayDevice::createScratch(opened.disk, m_options.scratchFolder));
    }
    FATLAS_ASSIGN(Generation made, makeGeneration(opened, m_options.mode, std::move(overlay)));
    addTimeline(made, opened.disk, m_options.scratchFolder);
    made.number = newest().number + 1;
    made.name = generationName(m_options.name, made.number);
    m_told = {};
    m_problem.clear();
    add(made);
    return made;
}

void SessionImpl::add(const Generation& made)
{
    std::optional<Generation> retired;
    {
        const std::scoped_lock lock(m_mutex);
        m_generations.push_back(made);
        if (m_generations.size() > maxGenerations) {
            retired = std::move(m_generations.front());
            m_generations.erase(m_generations.begin());
        }
    }
    if (m_events.onPublished)
        m_events.onPublished(made);
    if (retired && m_events.onRetired)
        m_events.onRetired(*retired);
}

std::vector<Generation> SessionImpl::generations() const
{
    const std::scoped_lock lock(m_mutex);
    return m_generations;
}

Generation SessionImpl::newest() const
{
    const std::scoped_lock lock(m_mutex);
    return m_generations.back();
}

std::optional<Generation> SessionImpl::find(std::uint32_t number) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = std::ranges::find(m_generations, number, &Generation::number);
    return found == m_generations.end() ? std::nullopt : std::optional(*found);
}

std::vector<Finding> SessionImpl::findings() const
{
    return m_findings;
}

std::uint64_t SessionImpl::changedBytes(std::uint32_t generation) const
{
    const auto found = find(generation);
    return found && found->overlay ? found->overlay->changedBytes() : 0;
}

Result<convert::SaveStatistics> SessionImpl::save(std::uint32_t generation,
                                                  const std::filesystem::path& target,
                                                  convert::Replace replace,
                                                  const JobControl& job) const
{
    const auto found = find(generation);
    if (!found)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no generation {} (any more)", generation));
    if (!found->overlay)
        return convert::saveImage(*found->device, target, replace, job);
    // Beside the file with the writes, where the file system may share its blocks.
    const auto& folder = m_options.mode == Mode::Keep ? m_options.keep
                         : m_writeBack                ? m_writeBack->folder()
                                                      : m_options.scratchFolder;
    FATLAS_ASSIGN(const auto frozen, found->overlay->freeze(folder));
    return convert::saveImage(*frozen, target, replace, job);
}

Result<convert::SaveStatistics> SessionImpl::saveMoment(const SavedMoment& which,
                                                        const std::filesystem::path& target,
                                                        convert::Replace replace,
                                                        const JobControl& job) const
{
    const auto found = find(which.generation);
    if (!found || !found->journal)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no generation {} with a timeline", which.generation));
    FATLAS_ASSIGN(const auto moment, found->journal->moment(which.moment));
    return convert::saveImage(*moment, target, replace, job);
}

} // namespace

Result<std::unique_ptr<Session>> Session::open(const std::string& source,
                                               const SessionOptions& options, SessionEvents events,
                                               const JobControl& job)
{
    auto session = std::make_unique<SessionImpl>(options, std::move(events));
    FATLAS_TRY(session->start(source, job));
    return session;
}

} // namespace fatlas::serve
