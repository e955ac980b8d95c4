/// How much of each file guests have read and written, from the sums that a Tap keeps.
///
/// A byte counts for whoever owns its cluster in the map that is asked now. A bin of several
/// clusters (a disk with more than Tap::maxBins of them) counts for the owner of its first one that
/// has one.
///
/// Units:      bytes.
/// Invariants: all of it together is the sum of all bins of the Tap: no byte is lost or counted
///             twice.
/// Threads:    pure; the Tap may be in use.
#pragma once

#include "core/block/tap.hpp"
#include "core/fat/usage_map.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::serve {

struct Traffic {
    std::uint64_t readBytes = 0;
    std::uint64_t writtenBytes = 0;

    [[nodiscard]] std::uint64_t sum() const { return readBytes + writtenBytes; }

    Traffic& operator+=(const block::TapBin& bin)
    {
        readBytes += bin.readBytes;
        writtenBytes += bin.writtenBytes;
        return *this;
    }

    Traffic& operator+=(const Traffic& other)
    {
        readBytes += other.readBytes;
        writtenBytes += other.writtenBytes;
        return *this;
    }

    bool operator==(const Traffic&) const = default;
};

struct DiskTraffic {
    std::vector<Traffic> owners; ///< by the numbers that the map gives them
    Traffic ownerless;           ///< clusters that belong to nobody
    Traffic system;              ///< boot sector, FATs, fixed root directory
    Traffic outside;             ///< of the disk, but not of the volume

    bool operator==(const DiskTraffic&) const = default;
};

/// `volumeOffset`: where the map's volume begins on the disk. Owners at or past `ownerCount` count
/// as none.
[[nodiscard]] DiskTraffic trafficOf(const block::Tap& tap, const fat::UsageMap& map,
                                    std::uint64_t volumeOffset, std::size_t ownerCount);

} // namespace fatlas::serve
