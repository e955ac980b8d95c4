/// A disk that is served, or will be: what is wished, who uses it, what they do, what to tell them.
///
/// Opening, starting, publishing, testing and stopping run on workers; what the server's threads
/// tell comes here in order, and no faster than it can be shown.
///
/// Units:    bytes.
/// Errors:   error() says why it could not be started, or what went wrong in stopping; problems of
///           clients and of publishing are messages.
/// Threads:  GUI thread; does no I/O there.
/// Lifetime: the destructor stops the server without patience; ask unsaved() before.
#pragma once

#include "core/nbd/probe.hpp"
#include "core/serve/client_lines.hpp"
#include "core/serve/serve_command.hpp"
#include "core/serve/service.hpp"

#include "ui/document/focus.hpp"
#include "ui/document/guest_changes.hpp"
#include "ui/document/live_watch.hpp"
#include "ui/document/serve_relay.hpp"
#include "ui/document/serve_timeline.hpp"
#include "ui/document/volume_content.hpp"
#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>
#include <QTimer>

#include <deque>
#include <memory>
#include <optional>

namespace fatlas::ui {

struct ServeWish {
    std::string source;
    serve::SourceKind kind = serve::SourceKind::Disk;
    serve::SessionOptions session = {};
    serve::ListenAddress address = {};
};

/// A generation as clients find it.
struct ServedExport {
    serve::Generation generation;
    std::string uri;
    nbd::ProbeTarget target;
    std::vector<serve::ClientLine> lines;
};

class ServeDocument final : public QObject {
    Q_OBJECT

public:
    enum class State : std::uint8_t { Idle, Starting, Serving, Stopping };

    explicit ServeDocument(ServeWish wish, QObject* parent = nullptr);
    ~ServeDocument() override;

    [[nodiscard]] const ServeWish& wish() const noexcept { return m_wish; }

    /// Only while Idle.
    void setWish(const ServeWish& wish);

    [[nodiscard]] QString title() const;
    /// The same as a command.
    [[nodiscard]] QString command() const;

    [[nodiscard]] State state() const noexcept { return m_state; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

    void start();
    void stop();
    /// The folder as it is now under another name.
    void publish();

    [[nodiscard]] bool isPublishing() const { return m_publishing.isRunning(); }

    /// Visits the server as a client would, once more with nbdinfo where that is installed.
    void test();

    [[nodiscard]] bool isTesting() const { return m_test.isRunning(); }

    /// What the last test found; empty before.
    [[nodiscard]] const QStringList& testReport() const noexcept { return m_testReport; }

    /// Oldest first; empty unless Serving.
    [[nodiscard]] const std::vector<ServedExport>& exports() const noexcept { return m_exports; }

    /// The newest; null unless Serving.
    [[nodiscard]] const ServedExport* newest() const;

    /// Of the newest; never null.
    [[nodiscard]] const std::shared_ptr<const LiveSample>& sample() const noexcept
    {
        return m_sample;
    }

    /// Null while nothing glows.
    [[nodiscard]] const std::shared_ptr<const Glow>& glow() const noexcept { return m_glow; }

    [[nodiscard]] serve::Pace pace() const noexcept { return m_pace; }

    void setPace(serve::Pace pace);

    /// How the folder differs from what is served.
    [[nodiscard]] const serve::HostChanges& hostChanges() const noexcept { return m_hostChanges; }

    [[nodiscard]] const std::deque<ServeMessage>& messages() const noexcept { return m_messages; }

    /// What became of what guests wrote, where it comes home.
    [[nodiscard]] const GuestChanges& changes() const noexcept { return m_changes; }

    /// About one of changes().open(), by its proposal.
    void decide(std::uint64_t proposal, sync::Verdict verdict);
    /// What the guard holds back is carried out.
    void allowMassDelete();
    /// Where a file of changes() lies; empty unless Serving.
    [[nodiscard]] std::filesystem::path hostFile(const std::string& hostPath) const;

    /// How the session ended when not everything came home; nothing: it did, or nothing does here.
    [[nodiscard]] const std::optional<serve::WriteBackEnd>& left() const noexcept { return m_left; }

    /// Where one is in the past of the newest.
    [[nodiscard]] ServeTimeline& timeline() noexcept { return m_timeline; }

    [[nodiscard]] const ServeTimeline& timeline() const noexcept { return m_timeline; }

    /// The volume on the disk as guests have it, or as it was at the moment of the timeline; the
    /// last one while it is read; null before, and where there is none.
    [[nodiscard]] const SharedContent& content() const noexcept { return m_content; }

    /// Why there is no content().
    [[nodiscard]] const std::optional<Error>& contentError() const noexcept
    {
        return m_contentError;
    }

    [[nodiscard]] bool isReading() const { return m_reading.isRunning(); }

    [[nodiscard]] Focus& focus() noexcept { return m_focus; }

    /// The newest writes that touched a cluster, newest first; with a timeline those up to its
    /// moment, by their numbers there.
    [[nodiscard]] std::vector<serve::WriteRecord> writesTo(Cluster cluster,
                                                           std::size_t limit) const;
    /// The same of the whole disk.
    [[nodiscard]] std::vector<serve::WriteRecord> newestWrites(std::size_t limit) const;

    /// Holds the disk of the service for a job that saves it; null unless Serving.
    [[nodiscard]] std::shared_ptr<serve::Service> service() const { return m_service; }

    /// What was written so far is in an image now.
    void noteSaved(std::uint64_t writeCount);

    /// What would be lost or cut off if it ended now, a line each; empty: nothing.
    [[nodiscard]] QStringList unsaved() const;

Q_SIGNALS:
    void wishChanged();
    void stateChanged();
    void exportsChanged();
    void sampled();
    void glowChanged();
    void hostChanged();
    void messagesChanged();
    void contentChanged();
    void readingChanged();
    void testChanged();

private:
    [[nodiscard]] static Result<std::shared_ptr<serve::Service>>
    startService(const ServeWish& wish, const std::shared_ptr<ServeRelay>& relay,
                 const JobControl& job);
    void connectRelay();
    void takeStopped(const Result<std::optional<serve::WriteBackEnd>>& stopped);
    void takeOutcomes(ServeRelay::News& news);
    void addMessage(Severity severity, const QString& text);
    void setState(State state);
    void takeStarted(std::shared_ptr<serve::Service> service);
    void takeNews();
    void watchNewest();
    void unwatch();
    void refreshExports();
    void readBefore();
    void readServed();
    void readMoment();
    void followMoment();
    void takeContent(Result<SharedContent> content);
    void selectAgain(const VolumeContent& before, const FocusTarget& selected);
    void followWrites();
    void tellOwners();

    static constexpr std::size_t maxMessages = 500;

    ServeWish m_wish;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    std::shared_ptr<ServeRelay> m_relay;
    std::shared_ptr<serve::Service> m_service;
    std::vector<ServedExport> m_exports;
    std::unique_ptr<LiveWatch> m_watch;
    std::shared_ptr<const LiveSample> m_sample = std::make_shared<LiveSample>();
    std::shared_ptr<const Glow> m_glow;
    serve::Pace m_pace = serve::Pace::Live;
    serve::HostChanges m_hostChanges;
    GuestChanges m_changes;
    std::optional<serve::WriteBackEnd> m_left;
    std::deque<ServeMessage> m_messages;
    std::uint64_t m_messageCount = 0;
    SharedContent m_content;
    std::optional<Error> m_contentError;
    std::uint32_t m_contentOf = 0;  ///< the generation that content() is about; 0: not served yet
    std::uint64_t m_readWrites = 0; ///< how many writes there were when it was read
    std::uint64_t m_savedWrites = 0;
    QElapsedTimer m_readClock;
    Focus m_focus;
    ServeTimeline m_timeline;
    bool m_isReadingMoment = false;
    bool m_isMomentAwaited = false; ///< another one than the one that is being read
    QStringList m_testReport;
    QTimer m_rereads;
    Task m_work{Task::Lane::Long};
    Task m_publishing{Task::Lane::Long};
    Task m_reading{Task::Lane::Long};
    Task m_test{Task::Lane::Quick};
};

} // namespace fatlas::ui
