/// Starts the jobs that end sessions which were cut off: what their guests wrote is brought home,
/// or given up.
///
/// Errors:  the job's row tells; a session that could not be ended stays as it is.
/// Threads: GUI thread; the work is done on a worker.
#pragma once

#include "core/serve/write_back.hpp"

#include "ui/tasks/task_list.hpp"

namespace fatlas::ui {

Task& bringHome(TaskList& jobs, const serve::StoredSession& session);
Task& giveUp(TaskList& jobs, const serve::StoredSession& session);

} // namespace fatlas::ui
