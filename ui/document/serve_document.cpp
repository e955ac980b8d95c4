#include "ui/document/serve_document.hpp"

#include "core/image/image.hpp"

#include "ui/base/words.hpp"
#include "ui/document/serve_test.hpp"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

/// How long requests that run may still take when the server stops.
constexpr std::chrono::seconds patience{5};
/// After a write, before the volume is read again; and no more often than every so many times what
/// it takes.
constexpr int rereadMs = 1000;
constexpr qint64 rereadShare = 10;
constexpr qint64 nearlyReadMs = 500;

std::vector<ServedExport> exportsOf(const serve::Service& service)
{
    std::vector<ServedExport> exports;
    if (service.listeners().empty())
        return exports;
    const nbd::Listener& listener = service.listeners().front();
    for (serve::Generation& made : service.session().generations()) {
        const auto access = made.isReadOnly ? serve::Access::ReadOnly : serve::Access::Writable;
        ServedExport served{.generation = {},
                            .uri = listener.uri(made.name),
                            .target = {.socket = listener.socketPath(),
                                       .host = listener.host(),
                                       .port = listener.port(),
                                       .exportName = made.name},
                            .lines = serve::clientLines(listener, made.name, access)};
        served.generation = std::move(made);
        exports.push_back(std::move(served));
    }
    return exports;
}

/// The disk of a generation as guests have it, read past the tap.
Result<SharedContent> readGeneration(const ServeWish& wish, const serve::Generation& generation,
                                     const SharedContent& before, const JobControl& job)
{
    const image::OpenedDisk opened{
        .source = wish.source, .disk = generation.device, .plan = generation.plan};
    FATLAS_ASSIGN(auto image, image::openVolume(opened, wish.session.open));
    FATLAS_ASSIGN(SharedContent content, contentOf(std::move(image), job));
    return before && isSameVolume(*before, *content) ? before : content;
}

/// The disk as it was; never taken for the same as another moment's: its bytes may differ.
Result<SharedContent> readAt(const ServeWish& wish, const serve::Generation& generation,
                             std::uint64_t moment, const JobControl& job)
{
    image::OpenedDisk opened{.source = wish.source, .disk = nullptr, .plan = generation.plan};
    FATLAS_ASSIGN(opened.disk, generation.journal->moment(moment));
    FATLAS_ASSIGN(auto image, image::openVolume(opened, wish.session.open));
    return contentOf(std::move(image), job);
}

/// In the words of the live list.
std::vector<serve::WriteRecord> recordsOf(const std::vector<serve::JournalWrite>& writes)
{
    const auto wallNs = std::chrono::duration_cast<std::chrono::nanoseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
    const std::uint64_t nowNs = block::tapClockNs();
    std::vector<serve::WriteRecord> records;
    records.reserve(writes.size());
    for (const serve::JournalWrite& write : writes) {
        const auto agoNs =
            static_cast<std::uint64_t>(std::max<std::int64_t>(wallNs - write.timeNs, 0));
        records.push_back({.number = write.number,
                           .event = {.timeNs = nowNs - std::min(nowNs, agoNs),
                                     .offset = write.offset,
                                     .length = write.length,
                                     .client = write.client,
                                     .kind = write.kind}});
    }
    return records;
}

std::uint64_t writeCountOf(const block::Tap& tap)
{
    using block::TapKind;
    std::uint64_t count = 0;
    for (const TapKind kind : {TapKind::Write, TapKind::WriteZeroes, TapKind::Trim})
        count += tap.totals(kind).operations;
    return count;
}

} // namespace

ServeDocument::ServeDocument(ServeWish wish, QObject* parent)
    : QObject(parent), m_wish(std::move(wish))
{
    m_rereads.setInterval(rereadMs);
    connect(&m_rereads, &QTimer::timeout, this, &ServeDocument::followWrites);
    connect(&m_publishing, &Task::stateChanged, this, &ServeDocument::hostChanged);
    connect(&m_reading, &Task::stateChanged, this, &ServeDocument::readingChanged);
    connect(&m_test, &Task::stateChanged, this, &ServeDocument::testChanged);
    connect(&m_timeline, &ServeTimeline::momentChanged, this, &ServeDocument::followMoment);
    readBefore();
}

ServeDocument::~ServeDocument()
{
    for (Task* task : {&m_publishing, &m_reading, &m_test, &m_work})
        disconnect(task, nullptr, this, nullptr);
    disconnect(&m_timeline, nullptr, this, nullptr);
    if (m_relay)
        m_relay->detach();
}

void ServeDocument::setWish(const ServeWish& wish)
{
    if (m_state != State::Idle)
        return;
    m_wish = wish;
    Q_EMIT wishChanged();
}

QString ServeDocument::title() const
{
    const QString name = shown(serve::defaultExportName(m_wish.source));
    return name.isEmpty() ? tr("Serve") : tr("Serve %1").arg(name);
}

QString ServeDocument::command() const
{
    return shown(serve::serveCommand(m_wish.source, m_wish.kind, m_wish.session, m_wish.address));
}

void ServeDocument::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

Result<std::shared_ptr<serve::Service>>
ServeDocument::startService(const ServeWish& wish, const std::shared_ptr<ServeRelay>& relay,
                            const JobControl& job)
{
    serve::ServiceOptions options{
        .source = wish.source, .session = wish.session, .isWatched = true};
    options.session.writeBack.events = relay->syncEvents();
    FATLAS_ASSIGN(auto service, serve::Service::open(options, relay->serviceEvents(), job));
    FATLAS_ASSIGN(auto listening, serve::listenOn(wish.address));
    FATLAS_TRY(service->start(std::move(listening)));
    return std::shared_ptr<serve::Service>(std::move(service));
}

void ServeDocument::connectRelay()
{
    if (m_relay)
        m_relay->detach();
    m_relay = std::make_shared<ServeRelay>([this] {
        QMetaObject::invokeMethod(this, &ServeDocument::takeNews, Qt::QueuedConnection);
    });
}

void ServeDocument::start()
{
    if (m_state != State::Idle)
        return;
    m_error.reset();
    m_left.reset();
    m_hostChanges = {};
    m_testReport.clear();
    m_messages.clear();
    m_messageCount = 0;
    m_savedWrites = 0;
    if (m_wish.session.mode == serve::Mode::WriteBack)
        m_changes.begin(m_wish.session.writeBack.when);
    connectRelay();
    setState(State::Starting);
    m_work.start([wish = m_wish, relay = m_relay](
                     const JobControl& job) { return startService(wish, relay, job); },
                 [this](Result<std::shared_ptr<serve::Service>> service) {
                     if (service)
                         return takeStarted(std::move(*service));
                     m_error = service.error();
                     m_changes.end();
                     m_relay->detach();
                     setState(State::Idle);
                 });
}

void ServeDocument::takeStarted(std::shared_ptr<serve::Service> service)
{
    m_service = std::move(service);
    m_exports = exportsOf(*m_service);
    for (const Finding& finding : m_service->session().findings())
        if (finding.severity != Severity::Info)
            m_messages.push_back({.number = ++m_messageCount,
                                  .time = QDateTime::currentDateTime(),
                                  .severity = finding.severity,
                                  .text = shown(finding.message)});
    setState(State::Serving);
    Q_EMIT exportsChanged();
    Q_EMIT messagesChanged();
    watchNewest();
}

void ServeDocument::watchNewest()
{
    m_watch.reset();
    m_glow.reset();
    m_watch = std::make_unique<LiveWatch>(m_service, m_exports.back().generation,
                                          m_relay->watchCallbacks());
    m_watch->setPace(m_pace);
    m_rereads.start();
    Q_EMIT glowChanged();
    const serve::Generation& generation = m_exports.back().generation;
    m_timeline.follow(
        generation.journal,
        {.source = m_wish.source, .plan = generation.plan, .open = m_wish.session.open});
    readServed();
}

void ServeDocument::unwatch()
{
    m_rereads.stop();
    m_timeline.leave();
    m_reading.abandon();
    m_test.abandon();
    m_publishing.abandon();
    m_watch.reset();
    m_glow.reset();
    m_sample = std::make_shared<LiveSample>();
    m_exports.clear();
    m_hostChanges = {};
}

void ServeDocument::stop()
{
    if (m_state != State::Serving)
        return;
    const auto service = std::exchange(m_service, nullptr);
    unwatch();
    setState(State::Stopping);
    Q_EMIT glowChanged();
    Q_EMIT sampled();
    Q_EMIT hostChanged();
    m_work.start(
        [service](const JobControl& job) -> Result<std::optional<serve::WriteBackEnd>> {
            FATLAS_TRY(service->stop(patience));
            return service->bringHome(job);
        },
        [this](const auto& stopped) { takeStopped(stopped); });
}

void ServeDocument::takeStopped(const Result<std::optional<serve::WriteBackEnd>>& stopped)
{
    if (!stopped)
        m_error = stopped.error();
    else if (const auto& end = *stopped; end && (!end->isOver || !end->changed.empty()))
        m_left = end;
    takeNews(); // what came home in the end
    m_changes.end();
    m_relay->detach();
    setState(State::Idle);
    Q_EMIT exportsChanged();
    readBefore();
}

void ServeDocument::decide(std::uint64_t proposal, sync::Verdict verdict)
{
    if (m_state != State::Serving || m_service->session().writeBack() == nullptr)
        return;
    const auto decided = m_service->session().writeBack()->synchronizer().decide(proposal, verdict);
    if (!decided)
        addMessage(Severity::Warning, errorWords(decided.error()).sentence);
}

void ServeDocument::allowMassDelete()
{
    if (m_state == State::Serving && m_service->session().writeBack() != nullptr)
        m_service->session().writeBack()->synchronizer().allowMassDelete();
}

std::filesystem::path ServeDocument::hostFile(const std::string& hostPath) const
{
    const ServedExport* const served = newest();
    if (served == nullptr || !served->generation.plan || hostPath.empty())
        return {};
    return served->generation.plan->snapshot->root / hostPath;
}

void ServeDocument::publish()
{
    if (m_state != State::Serving || m_publishing.isRunning())
        return;
    m_publishing.start(
        [service = m_service](const JobControl& job) { return service->session().publish(job); },
        [this](const Result<serve::Generation>& made) {
            if (!made && made.error().code != ErrorCode::Cancelled) // else the session tells
                addMessage(Severity::Error, errorWords(made.error()).sentence);
        });
}

void ServeDocument::test()
{
    if (m_state != State::Serving || m_test.isRunning())
        return;
    m_test.start([target = newest()->target, uri = newest()->uri](
                     const JobControl& job) { return testAsClient(target, uri, job); },
                 [this](const Result<QStringList>& report) {
                     m_testReport =
                         report ? *report
                                : QStringList{tr("Fatlas as a client failed: %1")
                                                  .arg(errorWords(report.error()).sentence)};
                     Q_EMIT testChanged();
                 });
}

const ServedExport* ServeDocument::newest() const
{
    return m_exports.empty() ? nullptr : &m_exports.back();
}

void ServeDocument::setPace(serve::Pace pace)
{
    m_pace = pace;
    if (m_watch)
        m_watch->setPace(pace);
    Q_EMIT glowChanged();
}

void ServeDocument::takeNews()
{
    ServeRelay::News news = m_relay->take();
    if (!news.messages.empty() || news.untold != 0) {
        if (news.untold != 0)
            news.messages.push_back({.time = QDateTime::currentDateTime(),
                                     .severity = Severity::Warning,
                                     .text = tr("%1 more like these").arg(countText(news.untold))});
        for (ServeMessage& message : news.messages) {
            message.number = ++m_messageCount;
            m_messages.push_back(std::move(message));
        }
        while (m_messages.size() > maxMessages)
            m_messages.pop_front();
        Q_EMIT messagesChanged();
    }
    takeOutcomes(news);
    const bool isAlive = m_state == State::Starting || m_state == State::Serving;
    if (news.hostChanges && isAlive) {
        m_hostChanges = std::move(*news.hostChanges);
        Q_EMIT hostChanged();
    }
    if (m_state != State::Serving)
        return;
    if (news.hasPublished)
        return refreshExports(); // what glowed was of the one before
    if (news.sample) {
        m_sample = std::move(news.sample);
        if (const auto& home = m_sample->home; home)
            m_changes.setSample(*home);
        m_timeline.refresh();
        Q_EMIT sampled();
    }
    if (news.glow) {
        m_glow = std::move(news.glow);
        Q_EMIT glowChanged();
    }
}

void ServeDocument::takeOutcomes(ServeRelay::News& news)
{
    if (!news.outcomes.empty() || news.untoldOutcomes != 0)
        m_changes.addOutcomes(std::move(news.outcomes), news.untoldOutcomes);
}

void ServeDocument::addMessage(Severity severity, const QString& text)
{
    m_messages.push_back({.number = ++m_messageCount,
                          .time = QDateTime::currentDateTime(),
                          .severity = severity,
                          .text = text});
    Q_EMIT messagesChanged();
}

void ServeDocument::refreshExports()
{
    m_exports = exportsOf(*m_service);
    m_hostChanges = {};
    m_testReport.clear();
    Q_EMIT exportsChanged();
    Q_EMIT hostChanged();
    watchNewest();
}

/// The disk as it would be served.
void ServeDocument::readBefore()
{
    m_contentOf = 0;
    m_reading.start(
        [wish = m_wish](const JobControl& job) -> Result<SharedContent> {
            FATLAS_ASSIGN(auto image, image::openImage(wish.source, wish.session.open, job));
            return contentOf(std::move(image), job);
        },
        [this](Result<SharedContent> content) { takeContent(std::move(content)); });
}

void ServeDocument::readServed()
{
    const serve::Generation& generation = m_exports.back().generation;
    m_isReadingMoment = false;
    m_isMomentAwaited = false;
    const bool isSame = m_contentOf == generation.number;
    m_contentOf = generation.number;
    m_readWrites = writeCountOf(*generation.tap);
    m_readClock.start();
    m_reading.start(
        [wish = m_wish, generation, before = isSame ? m_content : SharedContent{}](
            const JobControl& job) { return readGeneration(wish, generation, before, job); },
        [this](Result<SharedContent> content) { takeContent(std::move(content)); });
}

void ServeDocument::followMoment()
{
    if (m_exports.empty())
        return;
    if (m_timeline.moment())
        return readMoment();
    m_contentOf = 0; // other bytes, even where it is the same volume
    readServed();
}

/// The newest one asked for. One that is nearly read is waited for, so that something is seen while
/// one goes through many.
void ServeDocument::readMoment()
{
    const auto moment = m_timeline.moment();
    if (!moment)
        return;
    m_isMomentAwaited =
        m_isReadingMoment && m_reading.isRunning() && m_reading.elapsedMs() < nearlyReadMs;
    if (m_isMomentAwaited)
        return;
    m_isReadingMoment = true;
    m_reading.start([wish = m_wish, generation = m_exports.back().generation, moment = *moment](
                        const JobControl& job) { return readAt(wish, generation, moment, job); },
                    [this](Result<SharedContent> content) {
                        takeContent(std::move(content));
                        if (std::exchange(m_isMomentAwaited, false) && m_timeline.moment())
                            readMoment();
                        else
                            m_timeline.setPictureReady(true);
                    });
}

/// A disk may be no FAT volume for a while: a guest may be formatting it.
void ServeDocument::takeContent(Result<SharedContent> content)
{
    if (!content && content.error().code == ErrorCode::Cancelled)
        return;
    const bool isSame = content && *content == m_content;
    m_contentError = content ? std::nullopt : std::optional(content.error());
    if (isSame)
        return;
    const SharedContent before =
        std::exchange(m_content, content ? std::move(*content) : SharedContent{});
    const FocusTarget selected = m_focus.selection();
    m_focus.reset();
    tellOwners();
    Q_EMIT contentChanged();
    if (before && m_content)
        selectAgain(*before, selected);
}

/// A cluster stays selected, and so does a file that is still there.
void ServeDocument::selectAgain(const VolumeContent& before, const FocusTarget& selected)
{
    if (selected.cluster && m_content->geometry().isData(*selected.cluster))
        return m_focus.select(targetOf(*m_content, *selected.cluster));
    if (!selected.node)
        return;
    if (const auto node = m_content->tree->find(before.tree->path(*selected.node)))
        m_focus.select(targetOfNode(*m_content, *node));
}

void ServeDocument::tellOwners()
{
    if (!m_watch)
        return;
    if (m_content && m_contentOf != 0)
        m_watch->setOwners({.map = m_content->usage,
                            .volumeOffset = m_content->image.volumeOffset,
                            .count = m_content->tree->nodes.size()});
    else
        m_watch->setOwners({});
}

/// What guests write may change files and chains; it is read again, but not all the time.
void ServeDocument::followWrites()
{
    if (m_state != State::Serving || m_reading.isRunning() || m_pace == serve::Pace::Frozen ||
        m_timeline.moment())
        return;
    const std::uint64_t writes = writeCountOf(*m_exports.back().generation.tap);
    if (writes == m_readWrites || m_readClock.elapsed() < rereadShare * m_reading.elapsedMs())
        return;
    readServed();
}

std::vector<serve::WriteRecord> ServeDocument::writesTo(Cluster cluster, std::size_t limit) const
{
    if (!m_watch || !m_content || !m_content->geometry().isData(cluster))
        return {};
    const fat::Geometry& geometry = m_content->geometry();
    const std::uint64_t offset = m_content->image.volumeOffset + geometry.clusterOffset(cluster);
    if (m_timeline.journal())
        return recordsOf(m_timeline.writesTo(offset, geometry.clusterSize(), limit));
    return m_watch->writesTo(offset, geometry.clusterSize(), limit);
}

std::vector<serve::WriteRecord> ServeDocument::newestWrites(std::size_t limit) const
{
    if (m_timeline.journal())
        return recordsOf(m_timeline.newestWrites(limit));
    std::vector<serve::WriteRecord> writes = m_sample->writes;
    writes.resize(std::min(limit, writes.size()));
    return writes;
}

void ServeDocument::noteSaved(std::uint64_t writeCount)
{
    m_savedWrites = std::max(m_savedWrites, writeCount);
}

QStringList ServeDocument::unsaved() const
{
    QStringList lines;
    if (m_state != State::Serving)
        return lines;
    if (const auto count = m_service->clients().size(); count != 0)
        lines << tr("“%1”: %2")
                     .arg(shown(newest()->generation.name),
                          countText(count, "client uses it", "clients use it"));
    if (m_wish.session.mode == serve::Mode::Scratch && m_sample->changedBytes != 0 &&
        m_sample->writeCount > m_savedWrites)
        lines << tr("“%1”: %2 that guests wrote are in no image yet")
                     .arg(shown(newest()->generation.name), sizeText(m_sample->changedBytes));
    if (m_changes.askCount() != 0 || !m_changes.heldReason().empty())
        lines << tr("“%1”: %2; what is not in the folder is kept for later")
                     .arg(shown(newest()->generation.name), m_changes.sentence());
    return lines;
}

} // namespace fatlas::ui
