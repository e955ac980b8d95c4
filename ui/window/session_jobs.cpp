#include "ui/window/session_jobs.hpp"

#include "ui/base/words.hpp"

namespace fatlas::ui {

namespace {

QString nameOf(const serve::StoredSession& session)
{
    return shown(session.root.filename().native());
}

Result<> recover(const serve::StoredSession& session, const JobControl& job)
{
    FATLAS_ASSIGN(const auto opened, serve::WriteBack::reopen(session.folder, {}, job));
    FATLAS_ASSIGN(const serve::WriteBackEnd end, opened->end(job));
    if (end.isOver)
        return {};
    const std::string why = !end.last.held.empty()      ? end.last.held
                            : !end.last.waiting.empty() ? end.last.waiting.front().path + ": " +
                                                              end.last.waiting.front().reason
                                                        : "host and guest both changed a file";
    return fail(ErrorCode::Refused,
                "not everything could be brought home, the rest is kept: " + why);
}

} // namespace

Task& bringHome(TaskList& jobs, const serve::StoredSession& session)
{
    return jobs.run(
        TaskList::tr("Bring home what a guest of %1 wrote").arg(nameOf(session)),
        [session](const JobControl& job) -> Result<bool> {
            FATLAS_TRY(recover(session, job));
            return true;
        },
        [](bool) { return JobResult{}; });
}

Task& giveUp(TaskList& jobs, const serve::StoredSession& session)
{
    return jobs.run(
        TaskList::tr("Give up what a guest of %1 wrote").arg(nameOf(session)),
        [session](const JobControl&) -> Result<bool> {
            FATLAS_TRY(serve::discardSession(session));
            return true;
        },
        [](bool) { return JobResult{}; });
}

} // namespace fatlas::ui
