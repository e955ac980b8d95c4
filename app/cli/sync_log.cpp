#include "app/cli/sync_log.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/proposal_words.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace fatlas::cli {

namespace {

using Kind = sync::Outcome::Kind;

const char* eventOf(Kind kind)
{
    switch (kind) {
    case Kind::Made: return "commit";
    case Kind::Conflict: return "conflict";
    case Kind::Failed: return "failure";
    case Kind::Disturbed: break;
    }
    return "wait";
}

Json describe(const sync::Outcome& outcome)
{
    Json json{{"event", eventOf(outcome.kind)},
              {"change", toString(outcome.change)},
              {"path", outcome.path}};
    if (!outcome.from.empty())
        json["from"] = outcome.from;
    json["host"] = outcome.hostPath;
    json["size"] = outcome.size;
    if (!outcome.reason.empty())
        json["reason"] = outcome.reason;
    return json;
}

Json describeProposal(const sync::Proposal& proposal)
{
    Json json{{"number", proposal.number},
              {"change", toString(proposal.change)},
              {"path", proposal.path}};
    if (!proposal.from.empty())
        json["from"] = proposal.from;
    json["host"] = proposal.hostPath;
    json["size"] = proposal.guestSize;
    if (proposal.hostSize)
        json["hostSize"] = *proposal.hostSize;
    if (!proposal.conflict.empty())
        json["conflict"] = proposal.conflict;
    return json;
}

bool isRejected(sync::Verdict verdict)
{
    return verdict == sync::Verdict::Reject || verdict == sync::Verdict::KeepHost;
}

std::string sentenceOf(const sync::Outcome& outcome)
{
    if (outcome.kind == Kind::Conflict)
        return fmt::format("conflict: {}: {}; the guest's version stays in the session, the "
                           "folder's where it is",
                           escapeForTerminal(outcome.path), outcome.reason);
    return fmt::format("{} is not home yet: {}; it is tried again", escapeForTerminal(outcome.path),
                       outcome.reason);
}

} // namespace

sync::SyncEvents SyncLog::events()
{
    return {.onOutcome = [this](const sync::Outcome& outcome) { tellOutcome(outcome); },
            .onWaiting = [this](const sync::Waiting& waiting) { tellWaiting(waiting); },
            .onHeld = [this](const std::string& reason) { tellHeld(reason); },
            .onLabel =
                [this](const std::string& label) {
                    write({{"event", "label"},
                           {"label", label},
                           {"reason", "the guest changed the label; a folder has none"}});
                },
            .onProposals = [this](const auto& proposals) { tellProposals(proposals); }};
}

void SyncLog::writeTo(EventLog* log)
{
    const std::scoped_lock lock(m_mutex);
    m_log = log;
}

void SyncLog::write(const Json& event)
{
    using namespace std::chrono;
    const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
    Json line{{"timeNs", now}, {"export", m_exportName}};
    line.update(event);
    const std::scoped_lock lock(m_mutex);
    if (m_log != nullptr)
        m_log->addLine(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void SyncLog::tellOutcome(const sync::Outcome& outcome)
{
    Json json = describe(outcome);
    if (m_telling == Telling::DryRun)
        json["dryRun"] = true;
    write(json);
    if (outcome.kind == Kind::Made)
        tellMade(outcome);
    else
        complain(sentenceOf(outcome));
    const std::scoped_lock lock(m_mutex);
    json.erase("event");
    if (outcome.kind != Kind::Made) {
        json["kind"] = eventOf(outcome.kind);
        m_problems[outcome.path] = std::move(json);
        return;
    }
    m_problems.erase(outcome.path);
    if (++m_madeCount <= maxReported)
        m_made.push_back(std::move(json));
}

void SyncLog::tellMade(const sync::Outcome& outcome) const
{
    if (m_telling == Telling::Problems || outcome.change == sync::ChangeKind::Update)
        return;
    const std::string what = describe(sync::Proposal{.change = outcome.change,
                                                     .path = outcome.path,
                                                     .from = outcome.from,
                                                     .guestSize = outcome.size});
    const std::string line =
        withoutControls((m_telling == Telling::DryRun ? "would " : "brought home: ") + what) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

/// Each of them once, and each verdict about it.
void SyncLog::tellProposals(const std::vector<sync::Proposal>& proposals)
{
    std::map<std::uint64_t, sync::Verdict> now;
    std::vector<Json> lines;
    {
        const std::scoped_lock lock(m_mutex);
        for (const sync::Proposal& proposal : proposals) {
            const auto told = m_verdicts.find(proposal.number);
            if (told == m_verdicts.end()) {
                lines.push_back({{"event", "proposal"}});
                lines.back().update(describeProposal(proposal));
            }
            const sync::Verdict before =
                told == m_verdicts.end() ? sync::Verdict::Open : told->second;
            if (proposal.verdict != before)
                lines.push_back({{"event", "verdict"},
                                 {"number", proposal.number},
                                 {"path", proposal.path},
                                 {"verdict", toString(proposal.verdict)}});
            now.emplace(proposal.number, proposal.verdict);
        }
        m_verdicts = std::move(now);
    }
    for (const Json& line : lines)
        write(line);
}

void SyncLog::tellWaiting(const sync::Waiting& waiting)
{
    write({{"event", "wait"}, {"path", waiting.path}, {"reason", waiting.reason}});
    complain(fmt::format("{} waits: {}", escapeForTerminal(waiting.path), waiting.reason));
}

void SyncLog::tellHeld(const std::string& reason)
{
    if (reason.empty())
        return write({{"event", "resumed"}});
    write({{"event", "held"}, {"reason", reason}});
    complain(fmt::format("nothing is written to the folder any more: {}; --allow-mass-delete "
                         "lets it through",
                         reason));
}

Json SyncLog::report(const serve::WriteBackEnd& end) const
{
    const std::scoped_lock lock(m_mutex);
    Json problems = Json::array();
    if (!end.isOver)
        for (const auto& [path, problem] : m_problems.items())
            problems.push_back(problem);
    Json waiting = Json::array();
    for (const sync::Waiting& item : end.last.waiting)
        waiting.push_back({{"path", item.path}, {"reason", item.reason}});
    Json open = Json::array();
    Json rejected = Json::array();
    for (const sync::Proposal& proposal : end.proposals)
        (isRejected(proposal.verdict) ? rejected : open).push_back(describeProposal(proposal));
    const bool isKept = !end.isOver && !end.isDropped;
    return {{"complete", end.isOver},
            {"dryRun", end.isDropped},
            {"session", isKept ? Json(end.folder.filename().native()) : Json()},
            {"changeCount", m_madeCount},
            {"changes", m_made},
            {"problems", problems},
            {"waiting", waiting},
            {"open", open},
            {"rejected", rejected},
            {"held", end.last.held.empty() ? Json() : Json(end.last.held)}};
}

std::string SyncLog::describeDryRun() const
{
    const std::scoped_lock lock(m_mutex);
    return fmt::format("dry run: {} would have come home; the folder is as it was, and what was "
                       "written is forgotten",
                       counted(m_madeCount, "change", "changes"));
}

std::string describeLeft(const serve::WriteBackEnd& end)
{
    std::string why;
    if (!end.last.held.empty())
        why = end.last.held;
    else if (end.last.conflicts != 0)
        why = counted(end.last.conflicts, "change is", "changes are") + " not home";
    else if (end.last.proposed != 0)
        why = counted(end.last.proposed, "change waits", "changes wait") + " for a verdict";
    else if (!end.last.waiting.empty())
        why = fmt::format("{} waits: {}", escapeForTerminal(end.last.waiting.front().path),
                          end.last.waiting.front().reason);
    if (end.isDropped)
        return "not everything the guest wrote could have been brought home: " + why;
    return fmt::format("not everything the guest wrote {} brought home: {}; it is kept in session "
                       "{} (fatlas-cli recover, discard)",
                       end.last.proposed != 0 ? "was" : "could be", why,
                       end.folder.filename().native());
}

} // namespace fatlas::cli
