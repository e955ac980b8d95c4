/// One look at what the guest has, and everything that can be brought home now.
///
/// Invariants: the guest's disk is never written to. What is not carried out stays in the overlay
///             and is looked at again in the next pass.
/// Errors:     a pass always ends; what went wrong is in its result and in the events.
/// Threads:    one; the guest may write meanwhile.
/// Lifetime:   holds everything it works on.
#pragma once

#include "core/sync/committer.hpp"
#include "core/sync/guard.hpp"
#include "core/sync/settle.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
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
};

struct EngineOptions {
    SettleRule settle = {};
    /// What has a flaw is taken as it is after so long.
    std::chrono::milliseconds flawed{60'000};
    bool allowMassDelete = false;
    fat::TimeZone zone = {};
};

struct EngineSetup {
    GuestDisk disk; ///< its log is `log`
    std::shared_ptr<WriteLog> log = nullptr;
    std::shared_ptr<const block::BlockDevice> base = nullptr; ///< the disk before the guest wrote
    std::filesystem::path root = {};                          ///< of the folder
    std::unique_ptr<host::Jail> jail = nullptr;
    KnownTree known = {};
};

struct PassResult {
    std::size_t made = 0;      ///< changes of the host
    std::size_t noted = 0;     ///< changes that the host needs none for
    std::size_t conflicts = 0; ///< and failures
    std::vector<Waiting> waiting = {};
    std::string held = {}; ///< why nothing is carried out; empty: it is
    std::optional<WriteLog::Time> nextDue = std::nullopt; ///< when more will have settled

    /// The host has all that the guest has.
    [[nodiscard]] bool isUpToDate() const
    {
        return held.empty() && conflicts == 0 && waiting.empty();
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

    [[nodiscard]] PassResult passOnce(Take& take, WriteLog::Time now, const JobControl& job);
    [[nodiscard]] std::optional<std::string> objectionTo(const GuestTree& guest) const;
    [[nodiscard]] bool isPartitionTouched() const;
    [[nodiscard]] Patience patienceFor(const GuestTree& guest, Take take);
    [[nodiscard]] Settle::Written writtenTo(const GuestTree& guest, std::uint32_t node) const;
    void refine(const GuestTree& guest, std::vector<Change>& changes) const;
    [[nodiscard]] std::optional<std::string> countLoss(const GuestTree& guest,
                                                       const std::vector<Change>& changes);
    void tellOutcome(const Outcome& outcome, PassResult& result);
    void tellWaiting(const PassResult& result);
    void hold(PassResult& result, std::string reason);

    EngineSetup m_setup;
    EngineOptions m_options;
    SyncEvents m_events;
    fat::BootSector m_boot; ///< before the guest wrote
    std::string m_label;
    Guard m_guard;
    Settle m_settle;
    Settle m_gone;
    Settle m_flaws;
    bool m_sawDirty = false;
    std::string m_told; ///< why it is held
    std::map<std::string, std::string> m_toldOutcomes;
    std::map<std::string, std::string> m_toldWaiting;
};

} // namespace fatlas::sync
