/// Starts the jobs that write an image: the disk of a plan, or a copy of an open one.
///
/// Errors:  the job's row tells; nothing is left behind by a job that failed or was cancelled.
/// Threads: GUI thread; the writing is done on a worker.
#pragma once

#include "core/folder_disk/plan.hpp"

#include "ui/document/volume_document.hpp"
#include "ui/tasks/task_list.hpp"

#include <memory>

namespace fatlas::ui {

/// `options`: what is wanted now; a plan that lags behind is made again from its snapshot.
Task& saveDisk(TaskList& jobs, std::shared_ptr<const folder_disk::Plan> plan,
               const folder_disk::Options& options, const QString& target);

/// Refused when the target is the file that is open.
Task& saveCopy(TaskList& jobs, std::shared_ptr<const VolumeContent> content, const QString& target);

} // namespace fatlas::ui
