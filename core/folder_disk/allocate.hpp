/// Which entries of a draft go on a volume, and on which clusters.
///
/// In the order of the entries each takes what it needs if that much is left; what does not fit is
/// left out with everything below it, and later, smaller things still get their place.
///
/// Units:   clusters of the geometry.
/// Threads: pure.
#pragma once

#include "core/folder_disk/draft.hpp"

namespace fatlas::folder_disk {

/// Moves what does not fit from `draft.entries` to `draft.unfit`, shrinks the folders that held it,
/// and gives every entry that stays its run of clusters.
[[nodiscard]] Result<> allocate(Draft& draft, const DraftRequest& request,
                                const fat::Geometry& geometry, const JobControl& job);

} // namespace fatlas::folder_disk
