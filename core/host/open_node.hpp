/// Opens what a snapshot remembers, however long its path is.
///
/// A path of PATH_MAX bytes and more, or through more than 40 links, is walked one component at a
/// time. Who opens checks that it is still the same thing: names are followed as they are now.
///
/// Errors: an errno value.
#pragma once

#include "core/host/descriptor.hpp"
#include "core/host/host_stat.hpp"
#include "core/host/snapshot.hpp"

namespace fatlas::host {

/// `flags` are those of open(2); O_CLOEXEC is added.
[[nodiscard]] SystemResult<Descriptor> openNode(int root, const Snapshot& snapshot,
                                                std::uint32_t node, int flags);

} // namespace fatlas::host
