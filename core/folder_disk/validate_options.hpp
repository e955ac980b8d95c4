/// Options that contradict each other or the formats, found before anything is planned.
///
/// Errors:  InvalidArgument: what was asked, why it cannot be, what would work.
/// Threads: pure.
#pragma once

#include "core/base/error.hpp"
#include "core/folder_disk/options.hpp"

namespace fatlas::folder_disk {

[[nodiscard]] Result<> validateOptions(const Options& options);

} // namespace fatlas::folder_disk
