/// Internal to checkVolume(): the label in the boot sector against the one in the root.
///
/// Source:  rules V1 to V4, V6 in FORMAT.md.
#pragma once

#include "core/fat/check/directory_check.hpp"
#include "core/fat/check/finding_list.hpp"

namespace fatlas::fat {

void checkLabels(const Volume& volume, const std::optional<RootLabel>& root, FindingList& findings);

} // namespace fatlas::fat
