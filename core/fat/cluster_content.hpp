/// What the bytes of clusters look like: nothing, text, something dense, something else.
///
/// A guess from the bytes alone, whoever owns them: free clusters may hold old text, and a file may
/// be all zeros.
///
/// Units:   clusters; bytes.
/// Errors:  Cancelled. A cluster that cannot be read is Unreadable.
/// Threads: functions without state; scanContent() blocks.
/// Bounds:  a slice ends after about `maxRead` bytes; what the device knows to be a hole costs
///          nothing.
#pragma once

#include "core/base/job_control.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::fat {

/// In the order of importance for a map: a later one hides the ones before.
enum class ContentKind : std::uint8_t {
    Zero,
    Filled, ///< one byte value other than 0 throughout, as formatting leaves it
    Other,
    Text,  ///< ASCII, OEM, UTF-8 or UTF-16, zeros behind it allowed
    Dense, ///< as even as chance: compressed or encrypted
    Unreadable,
};

inline constexpr std::size_t contentKindCount = 6;

/// `bytes` is not empty.
[[nodiscard]] ContentKind contentKind(ByteView bytes);

struct ContentRun {
    Cluster first;
    std::uint32_t count = 0;
    ContentKind kind = ContentKind::Zero;

    bool operator==(const ContentRun&) const = default;
};

/// Appends what lies in the clusters from `first` on, neighbours of a kind as one run. Gives the
/// cluster to go on with: endCluster() when all are known.
[[nodiscard]] Result<Cluster> scanContent(const Volume& volume, Cluster first,
                                          std::uint64_t maxRead, std::vector<ContentRun>& runs,
                                          const JobControl& job = {});

} // namespace fatlas::fat
