/// The stored bytes around a volume: partition tables, boot sector, FSInfo and their backups.
///
/// Units:   bytes; all results are whole sectors, except an MBR of 512 bytes.
/// Threads: pure.
#pragma once

#include "core/base/bytes.hpp"
#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

struct TableBytes {
    Bytes start; ///< from offset 0; empty without a table
    Bytes end;   ///< up to the end of the disk; GPT only
    std::uint64_t endOffset = 0;
};

[[nodiscard]] TableBytes encodeTable(const Plan& plan);

/// The beginning of the reserved sectors; what follows in them is zeros.
[[nodiscard]] Bytes encodeBootArea(const Plan& plan);

} // namespace fatlas::folder_disk
