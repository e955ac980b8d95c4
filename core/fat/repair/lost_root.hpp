/// Internal to planRepair(): FAT32's root whose first cluster is not allocated.
///
/// Errors: Refused when it is not known where the root was; those of the device.
#pragma once

#include "core/fat/repair/fat_editor.hpp"
#include "core/fat/repair/repair_session.hpp"

namespace fatlas::fat {

/// Gives the root a chain again: where it is, if it looks like a root or its copy of the boot
/// sector says the same; else at the one lost chain that can be nothing else.
[[nodiscard]] Result<> repairLostRoot(RepairSession& session, FatEditor& fat);

} // namespace fatlas::fat
