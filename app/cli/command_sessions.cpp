#include "core/base/text.hpp"
#include "core/serve/write_back.hpp"

#include "app/cli/command.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/json.hpp"
#include "app/cli/sync_log.hpp"

#include <fmt/format.h>

#include <memory>

namespace fatlas::cli {

namespace {

constexpr const char* sessionsFooter =
    "A session of serve --rw that could not bring everything home, or that ended before its time,\n"
    "is kept below $XDG_STATE_HOME/fatlas/sessions (~/.local/state) until it is recovered or\n"
    "discarded. Serving the same folder again recovers it by itself.";

constexpr const char* recoverFooter =
    "Brings home what the guest of a session wrote: also what waited or was in conflict, if that\n"
    "can be done by now. The report in JSON says what changed. Status 1: something is left.";

constexpr const char* discardFooter =
    "Gives up what a session could not bring home. What came home stays, changes that were\n"
    "interrupted are taken back, and the files it kept are removed.";

struct SessionArguments {
    std::string session;
    bool json = false;
    bool allowMassDelete = false;
};

Json describe(const serve::StoredSession& session)
{
    return {{"session", session.id},
            {"folder", session.root.native()},
            {"source", session.source},
            {"inUse", session.isInUse},
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

Result<int> recover(const SessionArguments& arguments, const std::stop_token& stop)
{
    FATLAS_ASSIGN(const auto found, serve::findSession({}, arguments.session));
    SyncLog log(found.id);
    serve::WriteBackOptions options;
    options.when = sync::When::End;
    options.engine.allowMassDelete = arguments.allowMassDelete;
    options.events = log.events();
    const JobControl job(stop);
    FATLAS_ASSIGN(const auto session, serve::WriteBack::reopen(found.folder, options, job));
    FATLAS_ASSIGN(const serve::WriteBackEnd end, session->end(job));
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
    auto* discarding = add(app, chosen, arguments, {"discard", "give up what a session left"},
                           [](const SessionArguments& given, const std::stop_token& /*stop*/) {
                               return discard(given);
                           });
    discarding->footer(discardFooter);
    addSession(*discarding, *arguments);
}

} // namespace fatlas::cli
