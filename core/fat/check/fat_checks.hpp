/// Internal to checkVolume(): what the FATs say apart from chains.
///
/// Units:   offsets in bytes from the start of the volume.
/// Errors:  those of the device, Cancelled.
/// Source:  rules T5 to T12 in FORMAT.md.
#pragma once

#include "core/fat/check/check.hpp"
#include "core/fat/check/finding_list.hpp"
#include "core/fat/fat_links.hpp"

namespace fatlas::fat {

/// T5 to T8: entries 0 and 1, which belong to no cluster.
[[nodiscard]] Result<> checkFirstEntries(const Volume& volume, FindingList& findings);
/// T10, T11: bad clusters, reserved bits.
void checkCounts(const Volume& volume, const FatCounts& counts, FindingList& findings);
/// T9, T12: every other copy against the one that is read. Progress in FAT entries.
[[nodiscard]] Result<std::vector<FatDifference>>
compareFats(const Volume& volume, const JobControl& job, FindingList& findings);

} // namespace fatlas::fat
