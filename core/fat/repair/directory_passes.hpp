/// Internal to planRepair(): what is put right inside one directory, in this order.
#pragma once

#include "core/fat/repair/slot_editor.hpp"

namespace fatlas::fat {

/// D1: `.` and `..` in the first two slots of a folder, pointing to it and to its parent.
void repairDots(const RepairSession& session, SlotEditor& slots);
/// D26: one plain label in the root, none elsewhere.
[[nodiscard]] Result<> repairLabels(const RepairSession& session, SlotEditor& slots);
/// D21 to D24: long name slots that make no name are marked as deleted; small damage to them is
/// undone where the others leave no doubt.
void repairLongNames(SlotEditor& slots);
/// Attributes, sizes of folders, times; entries without any sense are removed.
void repairEntryFields(const RepairSession& session, SlotEditor& slots);
/// D25 and names that are there twice.
[[nodiscard]] Result<> repairNames(const RepairSession& session, SlotEditor& slots);

/// The slots of the long name of a short slot: [first, slot). Valid after repairLongNames().
[[nodiscard]] std::uint32_t firstNameSlot(const SlotEditor& slots, std::uint32_t slot);

} // namespace fatlas::fat
