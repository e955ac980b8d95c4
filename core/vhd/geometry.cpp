#include "core/vhd/geometry.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t maxGeometrySectors = 65535ULL * 16 * 255;
constexpr std::uint64_t longTracksFrom = 65535ULL * 16 * 63;

Geometry makeGeometry(std::uint64_t sectors, std::uint64_t heads, std::uint64_t perTrack)
{
    return {.cylinders = static_cast<std::uint16_t>(sectors / perTrack / heads),
            .heads = static_cast<std::uint8_t>(heads),
            .sectorsPerTrack = static_cast<std::uint8_t>(perTrack)};
}

} // namespace

Geometry geometryFor(std::uint64_t size) noexcept
{
    const std::uint64_t sectors = std::min(size / sectorBytes, maxGeometrySectors);
    if (sectors >= longTracksFrom)
        return makeGeometry(sectors, 16, 255);
    const std::uint64_t heads = std::max<std::uint64_t>((sectors / 17 + 1023) / 1024, 4);
    if (heads <= 16 && sectors / 17 < heads * 1024)
        return makeGeometry(sectors, heads, 17);
    if (sectors / 31 < std::uint64_t{16} * 1024)
        return makeGeometry(sectors, 16, 31);
    return makeGeometry(sectors, 16, 63);
}

Geometry exactGeometryFor(std::uint64_t size) noexcept
{
    const Geometry geometry = geometryFor(size);
    return geometry.size() == size ? geometry : largestGeometry;
}

std::uint64_t roundUpToGeometry(std::uint64_t size) noexcept
{
    const std::uint64_t whole = roundUp<std::uint64_t>(size, sectorBytes);
    if (whole / sectorBytes >= maxGeometrySectors)
        return whole;
    // A cylinder has at most 16 * 255 sectors, so one of the next sizes is a whole number of them.
    for (std::uint64_t next = whole; next - whole <= 2 * 16 * 255 * sectorBytes;
         next += sectorBytes)
        if (geometryFor(next).size() == next)
            return next;
    return whole;
}

SizeSource sizeSourceOf(const Tag& creatorApplication, const Geometry& geometry,
                        SizeRule rule) noexcept
{
    if (geometry == largestGeometry || geometry.size() == 0 || rule == SizeRule::CurrentSize)
        return SizeSource::CurrentSize;
    const std::string_view creator(creatorApplication.data(), creatorApplication.size());
    const bool goesByGeometry =
        rule == SizeRule::Geometry || creator == "vpc " || creator == "qemu";
    return goesByGeometry ? SizeSource::Geometry : SizeSource::CurrentSize;
}

} // namespace fatlas::vhd
