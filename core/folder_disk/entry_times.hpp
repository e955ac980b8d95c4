/// The times an entry has on the disk, and the zone they are in.
///
/// Units:   nanoseconds since 1970-01-01 UTC.
/// Shape:   reproducible disks know the modification time alone, because copies of a folder differ
///          in the others; without a birth time the creation time stays empty.
/// Threads: pure.
#pragma once

#include "core/folder_disk/options.hpp"
#include "core/host/snapshot.hpp"

namespace fatlas::folder_disk {

struct EntryTimes {
    std::int64_t modifiedNs = 0;
    std::int64_t accessedNs = 0;
    std::optional<std::int64_t> createdNs;
};

[[nodiscard]] EntryTimes timesOf(const host::Node& node, const Options& options);
/// Reproducible disks are never in the local zone.
[[nodiscard]] fat::TimeZone zoneOf(const Options& options);
/// True when one of them lies outside 1980-2107.
[[nodiscard]] bool isClamped(const EntryTimes& times, fat::TimeZone zone);

} // namespace fatlas::folder_disk
