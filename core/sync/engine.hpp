/// One look at what the guest has, and everything that can be brought home now.
///
/// Invariants: the guest's disk is never written to. What is not carried out stays in the overlay
///             and is looked at again in the next pass. What waits for a verdict, or has two
///             versions, is in review().
/// Errors:     a pass always ends; what went wrong is in its result and in the events.
/// Threads:    one, but for review(); the guest may write meanwhile.
/// Lifetime:   holds everything it works on.
#pragma once

#include "core/sync/committer.hpp"
#include "core/sync/guard.hpp"
#include "core/sync/guest_reader.hpp"
#include "core/sync/review.hpp"
#include "core/sync/settle.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace fatlas::sync {

/// What is told of what happens; each may be empty. Called on the thread of the pass.
struct SyncEvents {
    /// Of a conflict or a failure once, until it is another one.
    std::function<void(const Outcome&)> onOutcome = {};
    /// Something is wrong with it that may go away; once.
    std::function<void(const Waiting&)> onWaiting = {};
    /// Nothing is carried out any more, and why; empty: it goes on.
    std::function<void(const std::string& reason)> onHeld = {};
    /// The label of the volume is another one; the host has no place for it.
    std::function<void(const std::string& label)> onLabel = {};
    /// What review() lists became something else.
    std::function<void(const std::vector<Proposal>&)> onProposals = {};
};

struct EngineOptions {
    SettleRule settle = {};
    /// What has a flaw is taken as it is after so long.
    std::chrono::milliseconds flawed{60'000};
    bool allowMassDelete = false;
    /// Everything is planned and told as it would be; the host stays as it is.
    bool dryRun = false;
    fat::TimeZone zone = {};
};

struct EngineSetup {
    GuestDisk disk; ///< its log is `log`
    std::shared_ptr<WriteLog> log = nullptr;
    std::shared_ptr<const block::BlockDevice> base = nullptr; ///< the disk before the guest wrote
    std::filesystem::path root = {};                          ///< of the folder
    std::unique_ptr<host::Jail> jail = nullptr;               ///< not used for a dry run
    KnownTree known = {};
};

struct PassResult {
    std::size_t made = 0;      ///< changes of the host
    std::size_t noted = 0;     ///< changes that the host needs none for
    std::size_t conflicts = 0; ///< and failures
    std::size_t proposed = 0;  ///< nobody decided about yet; without conflicts
    std::size_t rejected = 0;
    std::vector<Waiting> waiting = {};
    std::string held = {}; ///< why nothing is carried out; empty: it is
    std::optional<WriteLog::Time> nextDue = std::nullopt; ///< when more will have settled

    /// The host has all that the guest has, but for what was rejected.
    [[nodiscard]] bool isUpToDate() const
    {
        return held.empty() && conflicts == 0 && waiting.empty() && proposed == 0;
    }
};

class Engine {
public:
    /// Errors: those of reading the base.
    [[nodiscard]] static Result<std::unique_ptr<Engine>>
    create(EngineSetup setup, const EngineOptions& options, SyncEvents events);

    enum class Take : std::uint8_t {
        Settled,    ///< what was quiet long enough
        Everything, ///< what is there: nothing more will come
    };

    /// `now` is the log's clock.
    [[nodiscard]] PassResult pass(Take take, WriteLog::Time now, const JobControl& job = {});

    /// From any thread: proposals() and decide().
    [[nodiscard]] Review& review() noexcept { return m_review; }

    [[nodiscard]] const Review& review() const noexcept { return m_review; }

    /// From now on only what was accepted is carried out.
    void askAboutAll() noexcept { m_review.askAboutAll(); }

    [[nodiscard]] host::Jail& jail() noexcept { return *m_setup.jail; }

    [[nodiscard]] const KnownTree& known() const noexcept { return m_setup.known; }

    [[nodiscard]] WriteLog::Stamp stamp() const { return m_setup.log->stamp(); }

    [[nodiscard]] std::optional<WriteLog::Time> lastWrite() const
    {
        return m_setup.log->lastTime();
    }

    void allowMassDelete() noexcept { m_options.allowMassDelete = true; }

private:
    Engine(EngineSetup setup, const EngineOptions& options, SyncEvents events);

    /// What one look at the guest gave.
    struct Look {
        const GuestTree& guest;
        const Pairing& pairing;
        ChangeSet set;
    };

    [[nodiscard]] PassResult passOnce(Take& take, WriteLog::Time now, const JobControl& job);
    [[nodiscard]] Result<GuestTree> readAgain(Take& take, const JobControl& job);
    [[nodiscard]] ChangeSet plan(const GuestTree& guest, const Pairing& pairing, Take take,
                                 WriteLog::Time now);

    /// What is done of it now.
    struct Work {
        std::vector<Order> orders = {};
        std::vector<std::size_t> places = {}; ///< of each order among the changes
        std::unordered_set<KnownId> leaving = {};
        std::unordered_set<KnownId> staying = {};
        bool areOthersStaying = false;

        [[nodiscard]] bool doesStay(KnownId id) const
        {
            return areOthersStaying ? !leaving.contains(id)
                                    : staying.contains(id) && !leaving.contains(id);
        }
    };

    void carryOut(Look& look, PassResult& result, const JobControl& job);
    void waitForNames(std::vector<Review::Candidate>& candidates, PassResult& result);
    [[nodiscard]] Work workFrom(const std::vector<Change>& changes,
                                const std::vector<Review::Candidate>& candidates,
                                const PassResult& result);
    void tellProposals();
    [[nodiscard]] std::optional<std::string> objectionTo(const GuestTree& guest) const;
    [[nodiscard]] bool isPartitionTouched() const;
    [[nodiscard]] Patience patienceFor(const GuestTree& guest, Take take);
    [[nodiscard]] Settle::Written writtenTo(const GuestTree& guest, std::uint32_t node) const;
    void refine(const GuestTree& guest, std::vector<Change>& changes);
    [[nodiscard]] ChangeKind refined(const GuestTree& guest, const Change& change) const;
    [[nodiscard]] std::optional<std::string> countLoss(const GuestTree& guest,
                                                       const std::vector<Order>& orders);
    void tellOutcome(const Outcome& outcome, PassResult& result);
    void tellWaiting(const PassResult& result);
    void hold(PassResult& result, std::string reason);

    EngineSetup m_setup;
    EngineOptions m_options;
    SyncEvents m_events;
    fat::BootSector m_boot; ///< before the guest wrote
    std::string m_label;
    GuestReader m_reader;
    Guard m_guard;
    Settle m_settle;
    Settle m_gone;
    Settle m_flaws;
    bool m_sawDirty = false;
    /// Everything was taken when this was the last write: nothing more belongs to it.
    std::optional<WriteLog::Stamp> m_takenAt;
    Review m_review;
    std::vector<Proposal> m_toldProposals;
    /// What a rewritten file came to, and of which state.
    std::map<KnownId, std::pair<ChangeState, ChangeKind>> m_refined;
    std::string m_told; ///< why it is held
    std::map<std::string, std::string> m_toldOutcomes;
    std::map<std::string, std::string> m_toldWaiting;
};

} // namespace fatlas::sync
