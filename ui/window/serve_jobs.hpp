/// Starts the job that saves a disk that is served, as guests have it at this moment.
///
/// Errors:  the job's row tells; nothing is left behind by a job that failed or was cancelled.
/// Threads: GUI thread; the writing is done on a worker.
#pragma once

#include "ui/document/serve_document.hpp"
#include "ui/tasks/task_list.hpp"

namespace fatlas::ui {

/// The newest of what the document serves, which must be Serving.
Task& saveServed(TaskList& jobs, const ServeDocument& document, const QString& target);

/// A file as guests have it; one of that name is replaced.
Task& saveVersion(TaskList& jobs, const SharedContent& content, const std::string& path,
                  const QString& target);
/// The same as it was after a write of its timeline, which it must have.
Task& saveMoment(TaskList& jobs, const ServeDocument& document, std::uint64_t moment,
                 const QString& target);

} // namespace fatlas::ui
