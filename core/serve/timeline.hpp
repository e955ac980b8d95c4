/// Gives a generation its timeline: from then on what guests write goes through a journal.
///
/// Errors:  none stops the serving: a Finding (rule S4) says that the timeline begins anew, or that
///          there is none.
/// Threads: one at a time.
#pragma once

#include "core/base/finding.hpp"
#include "core/serve/generation.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace fatlas::serve {

struct TimelineOptions {
    Mode mode = Mode::Scratch;
    std::filesystem::path folder; ///< Keep: the session's; else where files without a name go
    std::uint64_t bytes = 0;      ///< 0: no timeline
};

/// `made` has an overlay over `below`, and its device is what takes the writes so far.
[[nodiscard]] std::optional<Finding> giveTimeline(Generation& made,
                                                  std::shared_ptr<const block::BlockDevice> below,
                                                  const TimelineOptions& options);

} // namespace fatlas::serve
