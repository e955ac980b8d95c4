/// Every slot of a directory as it lies there: files and folders, parts of long names, labels,
/// deleted ones, and what is left behind the end.
///
/// Nothing is judged and nothing put together; for that is decodeDirectory().
///
/// Units:   slots of 32 bytes from the start of the directory; offsets in bytes from the start of
///          the volume.
/// Bounds:  as many slots as a directory can have (maxDirectorySlots).
/// Errors:  those of the device.
/// Threads: functions without state.
/// Source:  FORMAT.md section 3.
#pragma once

#include "core/fat/directory_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::fat {

enum class SlotKind : std::uint8_t {
    File,
    Folder,
    Dot, ///< `.` or `..`
    Label,
    LongName,
    Deleted,
    DeletedLongName,
    End,       ///< the first one that was never used
    BehindEnd, ///< not zero, but no driver looks there
};

struct SlotInfo {
    std::uint32_t index = 0;
    std::uint64_t offset = 0;
    SlotKind kind = SlotKind::End;
    DirectoryEntryRaw raw; ///< of long names the same 32 bytes
    std::string text;      ///< UTF-8: the short name, or the units of a long name's part
    std::uint8_t part = 0; ///< of a long name, from 1; 0 when deleted, which takes it away
    bool isLastPart = false;
};

/// Zero slots behind the end are left out. Pure.
[[nodiscard]] std::vector<SlotInfo> listSlots(const SlotSource& source, const CodePage& page);

/// Of the folder whose entry names this cluster; the root for cluster 0 (on FAT32 as for its own
/// first cluster).
[[nodiscard]] Result<std::vector<SlotInfo>> readSlots(const Volume& volume, Cluster first);

} // namespace fatlas::fat
