#include "core/vhd/seen_size.hpp"

#include <algorithm>
#include <string_view>

namespace fatlas::vhd {

namespace {

constexpr std::array<std::string_view, 6> knownToOldQemu{
    "win ", "qem2", "d2v ", "CTXS", std::string_view("tap\0", 4), "wa"};

std::uint64_t bySource(const Footer& footer, SizeSource source)
{
    const std::uint64_t size =
        source == SizeSource::Geometry ? footer.geometry.size() : footer.currentSize;
    return size / sectorBytes * sectorBytes;
}

SizeSource ofOldQemu(const Footer& footer)
{
    const std::string_view creator(footer.creatorApplication.data(), 4);
    const bool goesBySize = footer.geometry == largestGeometry ||
                            std::ranges::find(knownToOldQemu, creator) != knownToOldQemu.end();
    return goesBySize ? SizeSource::CurrentSize : SizeSource::Geometry;
}

} // namespace

std::array<SeenSize, 4> seenSizes(const Footer& footer) noexcept
{
    const auto newQemu =
        sizeSourceOf(footer.creatorApplication, footer.geometry, SizeRule::ByCreator);
    return {
        SeenSize{"Windows, Hyper-V, Azure, VirtualBox", bySource(footer, SizeSource::CurrentSize)},
        SeenSize{"QEMU 10 and newer", bySource(footer, newQemu)},
        SeenSize{"QEMU before 10", bySource(footer, ofOldQemu(footer))},
        SeenSize{"Virtual PC", bySource(footer, SizeSource::Geometry)}};
}

} // namespace fatlas::vhd
