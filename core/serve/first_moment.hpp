/// When a finding appeared: the first moment of a timeline at which a check of the disk has it.
///
/// A finding may come and go, so nothing can be halved: moments are checked one after the other,
/// from the oldest on, but only those whose write touched what a check reads (boot sector, FATs,
/// directories as they were then).
///
/// Units:   progress in writes of the timeline.
/// Errors:  Cancelled; Changed when guests wrote so much meanwhile that the moments are gone; those
///          of the disk. A moment at which there is no volume has no finding.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/job_control.hpp"
#include "core/image/image.hpp"
#include "core/serve/write_journal.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace fatlas::serve {

/// A finding is the same when its rule, file and cluster are.
struct FindingPlace {
    std::string rule;
    std::string path;
    std::optional<std::uint32_t> cluster = std::nullopt;

    [[nodiscard]] bool isOf(const Finding& finding) const
    {
        return finding.rule == rule && finding.path == path && finding.cluster == cluster;
    }
};

struct FirstMoment {
    std::uint64_t moment = 0;
    bool wasThereBefore = false; ///< already at the oldest moment that is remembered
};

/// How the disk is opened; its device is that of the moment.
struct MomentVolume {
    std::string source;
    std::shared_ptr<const folder_disk::Plan> plan = nullptr;
    image::OpenOptions open = {};
};

/// Nothing when no moment up to the newest has it.
[[nodiscard]] Result<std::optional<FirstMoment>> findFirstMoment(const WriteJournal& journal,
                                                                 const MomentVolume& volume,
                                                                 const FindingPlace& place,
                                                                 const JobControl& job = {});

} // namespace fatlas::serve
