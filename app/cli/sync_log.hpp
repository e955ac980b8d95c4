/// What came home and what did not, told to people (stderr), to programs (events, one JSON object a
/// line) and in the end to both (a report).
///
///   {"timeNs":1750000000000000000,"export":"dos","event":"commit","change":"create",
///    "path":"/A.TXT","host":"a.txt","size":5}
///
/// "event" is commit, conflict, failure, wait, held, resumed or label; all but commit and resumed
/// have a "reason".
///
/// Threads: safe from many threads at once.
#pragma once

#include "core/serve/write_back.hpp"

#include "app/cli/event_log.hpp"
#include "app/cli/json.hpp"

#include <mutex>
#include <string>

namespace fatlas::cli {

class SyncLog {
public:
    explicit SyncLog(std::string exportName) : m_exportName(std::move(exportName)) {}

    /// To be handed to a session; refer to this log.
    [[nodiscard]] sync::SyncEvents events();
    /// From now on events go there too; nullptr: not any more.
    void writeTo(EventLog* log);

    /// `end`: of the session.
    [[nodiscard]] Json report(const serve::WriteBackEnd& end) const;

private:
    static constexpr std::size_t maxReported = 100'000;

    void tellOutcome(const sync::Outcome& outcome);
    void tellWaiting(const sync::Waiting& waiting);
    void tellHeld(const std::string& reason);
    void write(const Json& event);

    const std::string m_exportName;
    mutable std::mutex m_mutex;
    EventLog* m_log = nullptr;
    Json m_made = Json::array();
    Json m_problems = Json::object(); ///< the last one of each path
    std::uint64_t m_madeCount = 0;
};

/// Why it is not over, in one sentence.
[[nodiscard]] std::string describeLeft(const serve::WriteBackEnd& end);

} // namespace fatlas::cli
