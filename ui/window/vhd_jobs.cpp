#include "ui/window/vhd_jobs.hpp"

#include "ui/base/words.hpp"

#include <QFile>

namespace fatlas::ui {

Task& createVhd(TaskList& jobs, std::shared_ptr<const convert::NewVhdPlan> plan,
                AtomicFile::Existing existing)
{
    const std::filesystem::path file = plan->wanted.file;
    return jobs.run(
        TaskList::tr("Create %1").arg(shown(file.filename().native())),
        [plan = std::move(plan), existing](const JobControl& job) -> Result<bool> {
            FATLAS_TRY(convert::makeNewVhd(*plan, existing, job));
            return true;
        },
        [file](bool) {
            return JobResult{QFile::decodeName(QByteArray::fromStdString(file.native()))};
        });
}

Task& runVhdPlan(TaskList& jobs, const SharedVhdPlan& plan)
{
    const QString verb = vhdActionName(plan->wish.action).remove(u'…');
    return jobs.run(
        TaskList::tr("%1: %2").arg(verb, shown(plan->wish.file.filename().native())),
        [plan](const JobControl& job) { return runVhdAction(*plan, job); },
        [](const std::filesystem::path& file) {
            return JobResult{QFile::decodeName(QByteArray::fromStdString(file.native()))};
        });
}

} // namespace fatlas::ui
