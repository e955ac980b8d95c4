/// Starts the jobs that make or change VHDs.
///
/// Errors:  the job's row tells; nothing half-done is left behind by a job that failed or was
///          cancelled.
/// Threads: GUI thread; the work is done on a worker.
#pragma once

#include "core/convert/new_vhd.hpp"

#include "ui/document/vhd_action.hpp"
#include "ui/tasks/task_list.hpp"

#include <memory>

namespace fatlas::ui {

Task& createVhd(TaskList& jobs, std::shared_ptr<const convert::NewVhdPlan> plan,
                AtomicFile::Existing existing);

/// Carries out what was planned; the row offers the file that was made or changed.
Task& runVhdPlan(TaskList& jobs, const SharedVhdPlan& plan);

} // namespace fatlas::ui
