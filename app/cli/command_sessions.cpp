#include "core/base/text.hpp"
#include "core/serve/write_back.hpp"

#include "app/cli/asker.hpp"
#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/json.hpp"
#include "app/cli/sync_log.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace fatlas::cli {

namespace {

constexpr const char* sessionsFooter =
    "A session of serve --rw that could not bring everything home, or that ended before its time,\n"
    "is kept below $XDG_STATE_HOME/fatlas/sessions (~/.local/state) until it is recovered or\n"
    "discarded. Serving the same folder again recovers it by itself.";

constexpr const char* recoverFooter =
    "Brings home what the guest of a session wrote: also what waited or was in conflict, if that\n"
    "can be done by now, and what was turned down while it was served. Each change is told, and "
    "the\n"
    "report in JSON says what changed. Status 1: something is left.\n"
    "Where the folder and the guest have different versions of a file, both stay where they are\n"
    "unless one of the --keep options says which one the folder gets; --keep-both puts the "
    "guest's\n"
    "beside the folder's, as \"NAME (guest).EXT\".";

constexpr const char* discardFooter =
    "Gives up what a session could not bring home. What came home stays, changes that were\n"
    "interrupted are taken back, and the files it kept are removed.";

struct SessionArguments {
    std::string session;
    bool json = false;
    bool allowMassDelete = false;
    bool ask = false;
    bool keepHost = false;
    bool keepGuest = false;
    bool keepBoth = false;
};

constexpr int maxRounds = 16; ///< resolving one conflict may uncover another

Json describe(const serve::StoredSession& session)
{
    return {{"session", session.id},
            {"folder", session.root.native()},
            {"source", session.source},
            {"inUse", session.isInUse},
            {"asked", session.isAsked},
            {"damage", session.damage.empty() ? Json() : Json(session.damage)}};
}

Result<int> list(const SessionArguments& arguments)
{
    const auto sessions = serve::listSessions({});
    Output output;
    if (arguments.json) {
        Json all = Json::array();
        for (const serve::StoredSession& session : sessions)
            all.push_back(describe(session));
        writeJson(output, all);
    } else {
        for (const serve::StoredSession& session : sessions)
            output.print("{}  {}{}\n", escapeForTerminal(session.id),
                         session.damage.empty() ? escapeForTerminal(session.root.native())
                                                : "cannot be read: " + session.damage,
                         session.isInUse ? "  (in use)" : "");
    }
    FATLAS_TRY(output.finish());
    return toInt(ExitStatus::Done);
}

std::optional<sync::Verdict> verdictFor(const SessionArguments& arguments)
{
    if (arguments.keepHost)
        return sync::Verdict::KeepHost;
    if (arguments.keepGuest)
        return sync::Verdict::KeepGuest;
    if (arguments.keepBoth)
        return sync::Verdict::KeepBoth;
    return std::nullopt;
}

/// True when something was decided. Where the guest has no version to keep beside the folder's,
/// that one is both.
bool resolve(sync::Synchronizer& synchronizer, sync::Verdict verdict)
{
    bool isAny = false;
    for (const sync::Proposal& proposal : synchronizer.proposals()) {
        if (proposal.conflict.empty() || proposal.verdict != sync::Verdict::Open)
            continue;
        auto decided = synchronizer.decide(proposal.number, verdict);
        if (!decided && verdict == sync::Verdict::KeepBoth)
            decided = synchronizer.decide(proposal.number, sync::Verdict::KeepHost);
        if (!decided && decided.error().code != ErrorCode::NotFound)
            complain(decided.error().message);
        isAny = isAny || decided;
    }
    return isAny;
}

Result<serve::WriteBackEnd> endResolved(serve::WriteBack& session,
                                        std::optional<sync::Verdict> verdict, const JobControl& job)
{
    FATLAS_ASSIGN(serve::WriteBackEnd end, session.end(job));
    for (int round = 0; round < maxRounds && verdict && !end.isOver; ++round) {
        if (!resolve(session.synchronizer(), *verdict))
            break;
        FATLAS_ASSIGN(end, session.end(job));
    }
    return end;
}

Result<> checkTerminal(const SessionArguments& arguments)
{
    if (!arguments.ask || Asker::hasTerminal())
        return {};
    return fail(ErrorCode::InvalidArgument,
                "--ask asks on the terminal, and the input is none; without it everything is "
                "brought home");
}

Result<int> recover(const SessionArguments& arguments, const std::stop_token& stop)
{
    FATLAS_TRY(checkTerminal(arguments));
    FATLAS_ASSIGN(const auto found, serve::findSession({}, arguments.session));
    SyncLog log(found.id, SyncLog::Telling::Everything);
    serve::WriteBackOptions options;
    options.when = arguments.ask ? sync::When::Ask : sync::When::End;
    options.engine.allowMassDelete = arguments.allowMassDelete;
    options.events = log.events();
    const JobControl job(stop);
    FATLAS_ASSIGN(const auto session, serve::WriteBack::reopen(found.folder, options, job));
    if (found.isAsked && !arguments.ask)
        complain("while it was served somebody decided what comes home; what was turned down then "
                 "is brought home now as well");
    if (arguments.ask) {
        session->synchronizer().noteAllLeft();
        Asker(session->synchronizer()).run(Asker::Until::Decided, stop);
    }
    FATLAS_ASSIGN(const serve::WriteBackEnd end, endResolved(*session, verdictFor(arguments), job));
    Output output;
    writeJson(output, log.report(end));
    FATLAS_TRY(output.finish());
    if (!end.isOver)
        return fail(ErrorCode::Refused, describeLeft(end));
    return toInt(ExitStatus::Done);
}

Result<int> discard(const SessionArguments& arguments)
{
    FATLAS_ASSIGN(const auto found, serve::findSession({}, arguments.session));
    FATLAS_TRY(serve::discardSession(found));
    return toInt(ExitStatus::Done);
}

using Action = Result<int> (*)(const SessionArguments&, const std::stop_token&);

CLI::App* add(CLI::App& app, Verb& chosen, const std::shared_ptr<SessionArguments>& arguments,
              std::pair<const char*, const char*> nameAndText, Action action)
{
    auto* verb = app.add_subcommand(nameAndText.first, nameAndText.second);
    verb->callback([arguments, action, &chosen] {
        chosen = [arguments, action](const std::stop_token& stop) {
            const auto status = action(*arguments, stop);
            return status ? *status : report(status.error());
        };
    });
    return verb;
}

void addKeeping(CLI::App& verb, SessionArguments& arguments)
{
    auto* ask = verb.add_flag("--ask", arguments.ask, "ask on the terminal what comes home")
                    ->option_text(" ");
    auto* host = verb.add_flag("--keep-host", arguments.keepHost,
                               "where there are two versions, the folder's stays")
                     ->option_text(" ")
                     ->excludes(ask);
    auto* guest = verb.add_flag("--keep-guest", arguments.keepGuest,
                                "where there are two versions, the guest's takes the place of the "
                                "folder's")
                      ->option_text(" ")
                      ->excludes(ask)
                      ->excludes(host);
    verb.add_flag("--keep-both", arguments.keepBoth,
                  "where there are two versions, the guest's goes beside the folder's")
        ->option_text(" ")
        ->excludes(ask)
        ->excludes(host)
        ->excludes(guest);
}

void addSession(CLI::App& verb, SessionArguments& arguments)
{
    verb.add_option("SESSION", arguments.session, "as `sessions` lists it")
        ->required()
        ->option_text(" ");
}

} // namespace

void addSessions(CLI::App& app, Verb& chosen)
{
    const auto arguments = std::make_shared<SessionArguments>();
    auto* sessions = add(
        app, chosen, arguments, {"sessions", "list sessions that wait"},
        [](const SessionArguments& given, const std::stop_token& /*stop*/) { return list(given); });
    sessions->footer(sessionsFooter);
    sessions->add_flag("--json", arguments->json, "for machines")->option_text(" ");
    auto* recovery =
        add(app, chosen, arguments, {"recover", "bring home what a session left"}, recover);
    recovery->footer(recoverFooter);
    addSession(*recovery, *arguments);
    recovery->add_flag("--allow-mass-delete", arguments->allowMassDelete, "as with serve")
        ->option_text(" ");
    addKeeping(*recovery, *arguments);
    auto* discarding = add(app, chosen, arguments, {"discard", "give up what a session left"},
                           [](const SessionArguments& given, const std::stop_token& /*stop*/) {
                               return discard(given);
                           });
    discarding->footer(discardFooter);
    addSession(*discarding, *arguments);
}

} // namespace fatlas::cli
