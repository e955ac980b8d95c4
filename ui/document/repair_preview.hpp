/// A planned repair together with the map as it would be, before anything is written.
///
/// Threads: for workers; immutable once made.
#pragma once

#include "core/fat/repair/repair.hpp"

#include "ui/document/volume_content.hpp"

#include <memory>
#include <vector>

namespace fatlas::ui {

struct RepairPreview {
    static constexpr std::size_t maxChanged = 100'000; ///< ranges; more are not listed

    std::shared_ptr<const fat::RepairPlan> plan;
    /// States as they would be, with the owners of now, which are those in the tree. Null when the
    /// repaired volume would have another layout: then no cell is the same.
    std::shared_ptr<const fat::UsageMap> usage;
    std::vector<ClusterRange> changed; ///< whose state would be another, ascending
};

[[nodiscard]] Result<RepairPreview> previewRepair(const SharedContent& content,
                                                  const fat::RepairOptions& options,
                                                  const JobControl& job);

/// Fills in `usage` and `changed`. Pure; both maps have the same layout.
void compareStates(const fat::UsageMap& before, const fat::UsageMap& after, RepairPreview& preview);

} // namespace fatlas::ui
