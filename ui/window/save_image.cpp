#include "ui/window/save_image.hpp"

#include "core/convert/save_image.hpp"
#include "core/folder_disk/folder_disk.hpp"

#include <QFile>
#include <QFileInfo>
#include <fmt/format.h>

#include <filesystem>

namespace fatlas::ui {

namespace {

using convert::SaveStatistics;
using folder_disk::Plan;

std::filesystem::path toPath(const QString& text)
{
    return QFile::encodeName(text).toStdString();
}

QString jobName(const QString& target)
{
    return TaskList::tr("Save %1").arg(QFileInfo(target).fileName());
}

Result<SaveStatistics> writeDisk(std::shared_ptr<const Plan> plan,
                                 const folder_disk::Options& options,
                                 const std::filesystem::path& target, const JobControl& job)
{
    if (plan->options != options) {
        FATLAS_ASSIGN(plan, folder_disk::planDisk(plan->snapshot, options, job));
    }
    FATLAS_ASSIGN(const auto device, folder_disk::openFolderDisk(plan));
    // The dialog has asked already.
    return convert::saveImage(*device, target, convert::Replace::Yes, job);
}

Result<SaveStatistics> writeCopy(const VolumeContent& content, const std::filesystem::path& target,
                                 const JobControl& job)
{
    std::error_code ignored;
    if (std::filesystem::equivalent(content.image.source, target, ignored))
        return fail(ErrorCode::Refused,
                    fmt::format("{} is the image that is open; save the copy under another name",
                                target.filename().string()));
    return convert::saveImage(*content.image.disk, target, convert::Replace::Yes, job);
}

} // namespace

Task& saveDisk(TaskList& jobs, std::shared_ptr<const Plan> plan,
               const folder_disk::Options& options, const QString& target)
{
    return jobs.run(
        jobName(target),
        [plan = std::move(plan), options, path = toPath(target)](const JobControl& job) {
            return writeDisk(plan, options, path, job);
        },
        [target](const SaveStatistics&) { return JobResult{target}; });
}

Task& saveCopy(TaskList& jobs, std::shared_ptr<const VolumeContent> content, const QString& target)
{
    return jobs.run(
        jobName(target),
        [content = std::move(content), path = toPath(target)](const JobControl& job) {
            return writeCopy(*content, path, job);
        },
        [target](const SaveStatistics&) { return JobResult{target}; });
}

} // namespace fatlas::ui
