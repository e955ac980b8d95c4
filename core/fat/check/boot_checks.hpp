/// Internal to checkVolume(): the sectors before the FATs, beyond what opening them tells already.
///
/// Units:   offsets in bytes from the start of the volume.
/// Errors:  those of the device.
/// Source:  rules B23 to B31 and F1 to F5 in FORMAT.md.
#pragma once

#include "core/fat/check/finding_list.hpp"
#include "core/fat/fat_links.hpp"

namespace fatlas::fat {

/// B23 to B27, B30, B31: fields of the boot sector that stop nobody from reading the volume.
[[nodiscard]] Result<> checkBootFields(const Volume& volume, FindingList& findings);
/// B16 has told about the sector whose number stands at `offset`: it is not missing.
[[nodiscard]] bool isOutside(const BootSector& boot, std::uint64_t offset);
/// B28, B29: FAT32's copy of the boot sector.
[[nodiscard]] Result<> checkBackupBoot(const Volume& volume, FindingList& findings);
/// F1 to F5: FAT32's FSInfo.
[[nodiscard]] Result<> checkFsInfo(const Volume& volume, const FatCounts& counts,
                                   FindingList& findings);

} // namespace fatlas::fat
