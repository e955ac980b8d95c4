/// A device that takes writes and leaves what lies below as it is: they go to a sparse file.
///
/// Scratch forgets them: its file has no name. Keep has a folder with two files, the data at the
/// offsets of the disk and the sector log (sector_log.hpp) that says which sectors are in it, and
/// reads the same when it is opened again.
///
/// Units:      bytes; written is known for sectors of 512 bytes, whatever sectorSize() is. Parts of
///             sectors are completed from what was there.
/// Invariants: sectors nobody wrote read as below and keep their backing. Trimmed sectors read as
///             zeros, never as what lies below, and take no room.
///             Keep: a write that was answered is there after kill -9; one that was answered
///             before flush() began is there after a power cut. Of one that was not flushed, a
///             power cut leaves any of its sectors, old, new or zeros.
/// Errors:     NoSpace when the file system is full: of the range asked for, each sector holds its
///             old or its new bytes. After a sync that failed, flush() fails for good, since the
///             system forgets what it could not write. Those of the device below.
///             Opening: Refused when it is in use or belongs to a disk of another size; BadFormat
///             for a log with damage in its middle; NotFound.
/// Threads:    everything in parallel; operations that change the same sectors wait for each other.
/// Lifetime:   holds the device below. Keep: a lock (flock, exclusive) as long as it lives.
#pragma once

#include "core/block/block_device.hpp"
#include "core/block/sector_states.hpp"

#include <filesystem>

namespace fatlas::block {

/// Half-open, bytes.
struct ChangedRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

class OverlayDevice : public BlockDevice {
public:
    /// The file lies in `folder`, which must exist.
    [[nodiscard]] static Result<std::shared_ptr<OverlayDevice>>
    createScratch(std::shared_ptr<const BlockDevice> below, const std::filesystem::path& folder);

    /// Makes the two files in a folder that exists and has neither.
    [[nodiscard]] static Result<std::shared_ptr<OverlayDevice>>
    createKeep(std::shared_ptr<const BlockDevice> below, const std::filesystem::path& folder);

    [[nodiscard]] static Result<std::shared_ptr<OverlayDevice>>
    openKeep(std::shared_ptr<const BlockDevice> below, const std::filesystem::path& folder);

    /// Bytes of sectors that were written, zeros and trimmed ones with them.
    [[nodiscard]] virtual std::uint64_t changedBytes() const = 0;

    /// Where those sectors are, in order.
    [[nodiscard]] virtual std::vector<ChangedRange> changedRanges() const = 0;

    /// What became of the sectors of 512 bytes from `first` (before `limit`) on, as far as it is
    /// the same; those nobody wrote are Below.
    [[nodiscard]] virtual SectorRun runAt(std::uint64_t first, std::uint64_t limit) const = 0;

    /// This moment of the disk, for reading, as long as it is held: writes wait while what was
    /// written is cloned (copied, where the file system cannot) into a file without a name.
    [[nodiscard]] virtual Result<std::shared_ptr<const BlockDevice>>
    freeze(const std::filesystem::path& folder) const = 0;
};

} // namespace fatlas::block
