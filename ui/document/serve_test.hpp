/// Whether a disk that is served can be used: as our own client sees it, and as nbdinfo of libnbd.
///
/// Errors:  those of nbd::probe; what nbdinfo says is told, whatever it is.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/nbd/probe.hpp"

#include <QStringList>

#include <string>

namespace fatlas::ui {

/// A sentence for each visitor.
[[nodiscard]] Result<QStringList> testAsClient(const nbd::ProbeTarget& target,
                                               const std::string& uri, const JobControl& job);

} // namespace fatlas::ui
