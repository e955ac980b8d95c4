/// The structures of an image as core explains them, beside what their backup copies say.
///
/// Errors:  those of the device, and Cancelled.
/// Threads: any; one question after the other.
#pragma once

#include "ui/models/hex_subject.hpp"
#include "ui/models/structure.hpp"

#include <memory>

namespace fatlas::ui {

[[nodiscard]] std::shared_ptr<StructureSource>
makeStructureSource(std::shared_ptr<const HexSubject> subject);

/// Where the backup of the byte at `offset` lies: of the boot sector, FSInfo and FAT. Of a backup
/// it is the original.
[[nodiscard]] std::optional<std::uint64_t> backupOf(const HexSubject& subject,
                                                    std::uint64_t offset);

} // namespace fatlas::ui
