/// Internal to planRepair(): small changes to a short slot.
#pragma once

#include "core/base/checked.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/geometry.hpp"
#include "core/fat/repair/repair_session.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::fat {

inline constexpr std::string_view dotName = ".          ";
inline constexpr std::string_view dotDotName = "..         ";

/// The upper half is left alone where it is something else.
inline void setFirstCluster(DirectoryEntryRaw& raw, FatType type, Cluster cluster)
{
    raw.firstClusterLow.set(static_cast<std::uint16_t>(cluster.value & 0xFFFF));
    if (type == FatType::Fat32)
        raw.firstClusterHigh.set(static_cast<std::uint16_t>(cluster.value >> 16));
}

[[nodiscard]] inline bool isNamed(const DirectoryEntryRaw& raw, std::string_view name)
{
    return std::ranges::equal(
        raw.name, name, [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); });
}

/// Clusters that hold `size` bytes.
[[nodiscard]] inline std::uint32_t clustersFor(const Geometry& geometry, std::uint64_t size)
{
    return static_cast<std::uint32_t>(divideRoundUp<std::uint64_t>(size, geometry.clusterSize()));
}

/// What a file of so many clusters can hold; a size has 32 bits.
[[nodiscard]] inline std::uint32_t sizeOf(const Geometry& geometry, std::uint32_t clusters)
{
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(std::uint64_t{clusters} * geometry.clusterSize(), UINT32_MAX));
}

[[nodiscard]] inline Result<> writeEntry(RepairSession& session, std::uint64_t offset,
                                         const DirectoryEntryRaw& raw)
{
    return session.write(offset, asBytes(raw));
}

} // namespace fatlas::fat
