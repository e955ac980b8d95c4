/// What maps show besides the state of each cluster: owners told apart, where chains jump, which
/// clusters findings are about.
///
/// Units:   clusters; offsets of findings in bytes from the start of the volume.
/// Threads: pure.
#pragma once

#include "core/base/finding.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::fat {

inline constexpr std::uint8_t ownerColourCount = 6;
inline constexpr std::uint8_t noOwnerColour = 0xFF;

/// By node: 0 ... ownerColourCount - 1, or noOwnerColour for what has no clusters. Where a file
/// lies decides nothing: its path chooses the colour, and only an owner that would look like the
/// one before it on the disk takes the next one.
[[nodiscard]] std::vector<std::uint8_t> ownerColours(const Tree& tree, const UsageMap& map);

/// A chain goes on at this run from somewhere else; the beginning of a chain is none. An index
/// into map.runs().
[[nodiscard]] bool isFragmentStart(const UsageMap& map, std::size_t run);

/// The cluster that a finding names, else the one in which its bytes lie.
[[nodiscard]] std::optional<Cluster> clusterOf(const Geometry& geometry, const Finding& finding);

} // namespace fatlas::fat
