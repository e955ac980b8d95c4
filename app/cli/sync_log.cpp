#include "app/cli/sync_log.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

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
                }};
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
    write(json);
    if (outcome.kind != Kind::Made)
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
    return {{"complete", end.isOver},
            {"session", end.isOver ? Json() : Json(end.folder.filename().native())},
            {"changeCount", m_madeCount},
            {"changes", m_made},
            {"problems", problems},
            {"waiting", waiting},
            {"held", end.last.held.empty() ? Json() : Json(end.last.held)}};
}

std::string describeLeft(const serve::WriteBackEnd& end)
{
    std::string why;
    if (!end.last.held.empty())
        why = end.last.held;
    else if (end.last.conflicts != 0)
        why = counted(end.last.conflicts, "change is", "changes are") + " not home";
    else if (!end.last.waiting.empty())
        why = fmt::format("{} waits: {}", escapeForTerminal(end.last.waiting.front().path),
                          end.last.waiting.front().reason);
    return fmt::format("not everything the guest wrote could be brought home: {}; it is kept in "
                       "session {} (fatlas-cli recover, discard)",
                       why, end.folder.filename().native());
}

} // namespace fatlas::cli
