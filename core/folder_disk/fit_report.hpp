/// How much of the disk the folder takes, and what else it would fit on.
///
/// Threads: pure.
#pragma once

#include "core/folder_disk/choose_volume.hpp"
#include "core/folder_disk/demand.hpp"
#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

/// `plan` has its geometry, entries and unfit items.
[[nodiscard]] FitReport reportFit(const Plan& plan, const Demand& demand);

} // namespace fatlas::folder_disk
