#include "ui/window/serve_jobs.hpp"

#include "ui/document/change_versions.hpp"

#include <QFile>
#include <QFileInfo>

#include <filesystem>

namespace fatlas::ui {

Task& saveServed(TaskList& jobs, const ServeDocument& document, const QString& target)
{
    return jobs.run(
        TaskList::tr("Save %1").arg(QFileInfo(target).fileName()),
        [service = document.service(), number = document.newest()->generation.number,
         path = std::filesystem::path(QFile::encodeName(target).toStdString())](
            const JobControl& job) {
            // The dialog has asked already.
            return service->session().save(number, path, convert::Replace::Yes, job);
        },
        [target](const convert::SaveStatistics&) { return JobResult{target}; });
}

Task& saveVersion(TaskList& jobs, const SharedContent& content, const std::string& path,
                  const QString& target)
{
    return jobs.run(
        TaskList::tr("Save %1").arg(QFileInfo(target).fileName()),
        [content, path, file = std::filesystem::path(QFile::encodeName(target).toStdString())](
            const JobControl& job) -> Result<bool> {
            FATLAS_TRY(saveGuestVersion(content, path, file, job));
            return true;
        },
        [target](bool) { return JobResult{target}; });
}

Task& saveMoment(TaskList& jobs, const ServeDocument& document, std::uint64_t moment,
                 const QString& target)
{
    const serve::SavedMoment which{.generation = document.newest()->generation.number,
                                   .moment = moment};
    return jobs.run(
        TaskList::tr("Save %1").arg(QFileInfo(target).fileName()),
        [service = document.service(), which,
         path = std::filesystem::path(QFile::encodeName(target).toStdString())](
            const JobControl& job) {
            return service->session().saveMoment(which, path, convert::Replace::Yes, job);
        },
        [target](const convert::SaveStatistics&) { return JobResult{target}; });
}

} // namespace fatlas::ui
