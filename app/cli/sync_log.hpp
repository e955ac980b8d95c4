/// What came home and what did not, told to people (stderr), to programs (events, one JSON object a
/// line) and in the end to both (a report).
///
///   {"timeNs":1750000000000000000,"export":"dos","event":"commit","change":"create",
///    "path":"/A.TXT","host":"a.txt","size":5}
///
/// "event" is commit, conflict, failure, wait, held, resumed, label, proposal or verdict; conflict,
/// failure, wait, held and label have a "reason". A proposal has a "number", by which a verdict
/// ("accept", "reject", "keepHost" ...) names it, and "conflict" when there are two versions. In a
/// dry run commit says "dryRun": it would have been one.
///
/// Threads: safe from many threads at once.
#pragma once

#include "core/serve/write_back.hpp"

#include "app/cli/event_log.hpp"
#include "app/cli/json.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace fatlas::cli {

class SyncLog {
public:
    /// What people are told of what comes home.
    enum class Telling : std::uint8_t {
        Problems,
        Everything,
        DryRun, ///< everything, as what would come home
    };

    explicit SyncLog(std::string exportName, Telling telling = Telling::Problems)
        : m_exportName(std::move(exportName)), m_telling(telling)
    {}

    /// To be handed to a session; refer to this log.
    [[nodiscard]] sync::SyncEvents events();
    /// From now on events go there too; nullptr: not any more.
    void writeTo(EventLog* log);

    /// `end`: of the session.
    [[nodiscard]] Json report(const serve::WriteBackEnd& end) const;
    /// How much would have come home, in one sentence.
    [[nodiscard]] std::string describeDryRun() const;

private:
    static constexpr std::size_t maxReported = 100'000;

    void tellOutcome(const sync::Outcome& outcome);
    void tellWaiting(const sync::Waiting& waiting);
    void tellHeld(const std::string& reason);
    void tellProposals(const std::vector<sync::Proposal>& proposals);
    void tellMade(const sync::Outcome& outcome) const;
    void write(const Json& event);

    const std::string m_exportName;
    const Telling m_telling;
    mutable std::mutex m_mutex;
    EventLog* m_log = nullptr;
    Json m_made = Json::array();
    Json m_problems = Json::object(); ///< the last one of each path
    std::uint64_t m_madeCount = 0;
    std::map<std::uint64_t, sync::Verdict> m_verdicts; ///< of what is proposed, as it was told last
};

/// Why it is not over, in one sentence.
[[nodiscard]] std::string describeLeft(const serve::WriteBackEnd& end);

} // namespace fatlas::cli
