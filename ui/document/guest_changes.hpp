/// What becomes of what guests write: what came home to the folder, what waits and why, what
/// somebody has to decide.
///
/// Units:   bytes.
/// Shape:   of what came home the newest `maxHome` are kept, homeCount() counts all.
/// Threads: GUI thread; values from workers come in as they are.
#pragma once

#include "core/sync/review.hpp"
#include "core/sync/synchronizer.hpp"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::ui {

/// What was told of a change while it was carried out.
struct TimedOutcome {
    QDateTime time;
    sync::Outcome outcome;
};

/// How a session stood at one moment.
struct HomeSample {
    sync::SyncStatus status;
    std::vector<sync::Proposal> proposals;
};

struct GuestChange {
    enum class State : std::uint8_t {
        Home,
        Settling, ///< it was written a moment ago, or a yes is on its way
        Rejected,
        Waiting,  ///< something is wrong with it that may go away
        Failed,   ///< the host refused; it is tried again
        Proposed, ///< somebody has to say yes
        Conflict, ///< host and guest have changed it
    };

    std::uint64_t key = 0; ///< the same as long as it is shown
    State state = State::Home;
    std::optional<sync::ChangeKind> kind = std::nullopt; ///< nothing: not known yet
    std::string path = {};                               ///< on the disk, "/DOCS/A.TXT"
    std::string from = {};                               ///< where it was, when it was moved
    std::string hostPath = {};                           ///< relative to the folder; may be empty
    std::optional<std::uint64_t> size = std::nullopt;    ///< as the guest has it
    std::string reason = {};
    QDateTime time = {};        ///< when it came home
    std::uint64_t proposal = 0; ///< to decide about it; 0: there is nothing to decide
    bool isConflict = false;    ///< what can be decided is which version stays

    bool operator==(const GuestChange&) const = default;
};

class GuestChanges : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t maxHome = 2000;

    /// Where the folder stands, in one word.
    enum class Sign : std::uint8_t {
        None,     ///< nothing comes home here
        UpToDate, ///< the folder holds what guests have
        Settling,
        AtEnd,   ///< it comes home when serving ends
        Waiting, ///< some of it does
        Asking,  ///< for a decision
        Held,    ///< nothing is carried out any more
    };

    using QObject::QObject;

    /// A session begins.
    void begin(sync::When when);
    /// It is over; what came home stays to be looked at.
    void end();
    void addOutcomes(std::deque<TimedOutcome> outcomes, std::uint64_t untold);
    void setSample(const HomeSample& sample);

    [[nodiscard]] Sign sign() const;
    /// "Up to date", "Settling", "2 to decide"
    [[nodiscard]] QString signText() const;
    /// "The folder is up to date · 12 changes came home"
    [[nodiscard]] QString sentence() const;

    /// Why nothing is carried out any more; empty: it is.
    [[nodiscard]] const std::string& heldReason() const noexcept { return m_status.last.held; }

    /// What is not home: first what is to decide, then what waits.
    [[nodiscard]] const std::vector<GuestChange>& open() const noexcept { return m_open; }

    /// Newest last.
    [[nodiscard]] const std::deque<GuestChange>& home() const noexcept { return m_home; }

    [[nodiscard]] std::uint64_t homeCount() const noexcept { return m_homeCount; }

    /// Those of open() about which somebody has to decide.
    [[nodiscard]] std::size_t askCount() const;

    /// By its key; null when it is no longer there.
    [[nodiscard]] const GuestChange* find(std::uint64_t key) const;

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] std::uint64_t keyOf(const std::string& path);
    void collectOpen();

    bool m_isLive = false;
    sync::When m_when = sync::When::Auto;
    sync::SyncStatus m_status;
    std::vector<sync::Proposal> m_proposals;
    std::map<std::string, GuestChange> m_failed; ///< by path
    std::vector<GuestChange> m_open;
    std::deque<GuestChange> m_home;
    std::uint64_t m_homeCount = 0;
    std::uint64_t m_lastKey = 0;
    std::map<std::string, std::uint64_t> m_keys; ///< of what is open, by kind and path
};

} // namespace fatlas::ui
