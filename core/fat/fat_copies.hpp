/// Two copies of the FAT, entry by entry where their bytes differ.
///
/// Units:   entries are addressed by cluster number, 0 and 1 included.
/// Errors:  those of the device, Cancelled. Progress in FAT entries.
/// Threads: blocking; functions without state.
#pragma once

#include "core/base/job_control.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace fatlas::fat {

/// One entry that the copy being read and another one have different values for.
struct DifferingEntry {
    Cluster entry;
    std::uint32_t read = 0;
    std::uint32_t other = 0;
};

/// Calls `note` for each, in ascending order.
[[nodiscard]] Result<> compareFatCopies(const Volume& volume, std::uint32_t copy,
                                        const std::function<void(const DifferingEntry&)>& note,
                                        const JobControl& job = {});

enum class CopyDifference : std::uint8_t {
    OnlyRead,  ///< in use there, free in the other copy
    OnlyOther, ///< free where it is read, in use in the other copy
    Value,     ///< in use in both, and they say different things
};

struct DifferingRun {
    ClusterRange clusters;
    CopyDifference kind = CopyDifference::Value;

    bool operator==(const DifferingRun&) const = default;
};

/// Of data clusters, in order. Beyond maxDifferingRuns neighbours become one run, equal ones
/// between them included, so that none is left out.
[[nodiscard]] Result<std::vector<DifferingRun>>
differingRuns(const Volume& volume, std::uint32_t copy, const JobControl& job = {});

inline constexpr std::size_t maxDifferingRuns = 4'000'000;

} // namespace fatlas::fat
