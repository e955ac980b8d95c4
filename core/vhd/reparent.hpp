/// A child is told where its parent is now, and when it last changed.
///
/// For a parent that was moved, renamed or only touched. One with another UUID is another disk, on
/// which the child makes no sense.
///
/// Errors:  Refused for a disk that is no child and for a parent that cannot be one; for another
///          UUID also, unless it is wanted; those of rewriteVhd.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/vhd/rewrite.hpp"

#include <string>

namespace fatlas::vhd {

enum class OtherIdentity : std::uint8_t { Refuse, Accept };

struct ReparentPlan {
    ParentLink parent;          ///< what will be recorded
    std::string reason;         ///< what was recorded, as far as it differs
    bool isSameDisk = true;     ///< by its UUID
    std::uint64_t fileSize = 0; ///< of the child
};

/// Writes nothing.
[[nodiscard]] Result<ReparentPlan> planReparent(const std::filesystem::path& child,
                                                const std::filesystem::path& parent,
                                                OtherIdentity other = OtherIdentity::Refuse);
[[nodiscard]] Result<> reparentVhd(const std::filesystem::path& child, const ReparentPlan& plan,
                                   const JobControl& job = {});

} // namespace fatlas::vhd
