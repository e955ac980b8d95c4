/// Cylinders, heads and sectors of a VHD, and the size they stand for.
///
/// Units:   sizes in bytes.
/// Threads: plain values.
/// Source:  FORMAT.md sections 4 and 5.
#pragma once

#include "core/base/units.hpp"
#include "core/vhd/format_raw.hpp"

#include <cstdint>

namespace fatlas::vhd {

struct Geometry {
    std::uint16_t cylinders = 0;
    std::uint8_t heads = 0;
    std::uint8_t sectorsPerTrack = 0;

    [[nodiscard]] constexpr std::uint64_t size() const noexcept
    {
        return std::uint64_t{cylinders} * heads * sectorsPerTrack * sectorBytes;
    }

    bool operator==(const Geometry&) const = default;
};

/// Says "do not go by the geometry": what a size carries that no geometry expresses.
inline constexpr Geometry largestGeometry{.cylinders = 65535, .heads = 16, .sectorsPerTrack = 255};

inline constexpr std::uint64_t maxDiskSize = 2040 * GiB;

/// What the specification's arithmetic gives; never larger than `size`.
[[nodiscard]] Geometry geometryFor(std::uint64_t size) noexcept;

/// That, if it is exactly `size`, else the largest.
[[nodiscard]] Geometry exactGeometryFor(std::uint64_t size) noexcept;

/// The smallest size from `size` on that a geometry expresses; above what geometries reach, `size`
/// in whole sectors.
[[nodiscard]] std::uint64_t roundUpToGeometry(std::uint64_t size) noexcept;

/// Which of the footer's two sizes counts.
enum class SizeSource : std::uint8_t { CurrentSize, Geometry };

/// What whoever opens a disk wants: the creator's own habit, or one of them.
enum class SizeRule : std::uint8_t { ByCreator, CurrentSize, Geometry };

[[nodiscard]] SizeSource sizeSourceOf(const Tag& creatorApplication, const Geometry& geometry,
                                      SizeRule rule) noexcept;

} // namespace fatlas::vhd
