/// What a plan says about itself: rules F1 ... in PLAN.md.
///
/// Shape:   one finding for each thing while there are few of a rule, then one for all the rest;
///          the whole lists are in the plan (nameChanges, leftOut, unfit, clampedTimes).
/// Threads: pure.
#pragma once

#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

inline constexpr std::size_t findingsPerRule = 16;

/// Entries with a time that FAT cannot hold.
[[nodiscard]] std::vector<std::uint32_t> findClampedTimes(const Plan& plan);
[[nodiscard]] std::vector<Finding> collectFindings(const Plan& plan);

} // namespace fatlas::folder_disk
