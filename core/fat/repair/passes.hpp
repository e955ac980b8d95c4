/// Internal to planRepair(): the passes, in the order in which they run.
///
/// Each takes up one kind of damage, with the volume and its tree fresh, and leaves what it could
/// not decide to the next round: a repair can bring other damage to light.
///
/// Errors: those of the device, Limit, Cancelled; Refused from those that recover the layout.
#pragma once

#include "core/fat/repair/repair_session.hpp"

namespace fatlas::fat {

/// Fields of a boot sector without a copy are those with which everything else agrees; once,
/// before anything is changed.
[[nodiscard]] Result<> resolveLayoutDoubt(RepairSession& session);
/// The boot sector is made whole; afterwards the volume can be opened.
[[nodiscard]] Result<> repairBootSector(RepairSession& session);
/// All copies of the FAT say the same.
[[nodiscard]] Result<> repairFatCopies(RepairSession& session);
/// Entries 0 and 1: media byte, ones, clean bits.
[[nodiscard]] Result<> repairFatHead(RepairSession& session);
/// Folders that are files, and files that are folders.
[[nodiscard]] Result<> repairKinds(RepairSession& session);
/// Nothing in use lies behind the end mark of a directory.
[[nodiscard]] Result<> repairEndMarks(RepairSession& session);
/// Chains end with an end mark; entries do not start where no chain can.
[[nodiscard]] Result<> repairChainEnds(RepairSession& session);
/// Files have no clusters behind their end, where nobody else needs them.
[[nodiscard]] Result<> repairLongChains(RepairSession& session);
/// Every cluster belongs to one file.
[[nodiscard]] Result<> repairCrossLinks(RepairSession& session);
/// Files that lost the rest of their chain get it back where there is no doubt.
[[nodiscard]] Result<> repairTornChains(RepairSession& session);
/// No file is larger than its chain.
[[nodiscard]] Result<> repairSizes(RepairSession& session);
/// Slots: dots, long names, names, attributes, times, what lies behind the end.
[[nodiscard]] Result<> repairDirectories(RepairSession& session);
/// The label in the boot sector is the one in the root.
[[nodiscard]] Result<> repairBootLabel(RepairSession& session);
/// Clusters that nobody owns become files, or free.
[[nodiscard]] Result<> repairLostChains(RepairSession& session);
/// FSInfo and the copy of the boot sector.
[[nodiscard]] Result<> repairFsInfo(RepairSession& session);
[[nodiscard]] Result<> repairBackup(RepairSession& session);

} // namespace fatlas::fat
