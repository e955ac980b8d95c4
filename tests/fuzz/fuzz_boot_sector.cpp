// A boot sector that decodes holds numbers that are valid together, and comes back from its bytes.
#include "core/fat/boot_sector.hpp"

#include "tests/fuzz/require.hpp"

#include <cstring>

using namespace fatlas;

namespace {

void checkRegions(const fat::Geometry& geometry, std::uint64_t deviceSize)
{
    fuzz::require(geometry.clusterCount >= 1, "there is a cluster");
    fuzz::require(geometry.fatCount >= 1, "there is a FAT");
    fuzz::require(geometry.dataOffset() < geometry.volumeSize(), "the data area is in the volume");
    const std::uint64_t end =
        geometry.dataOffset() + std::uint64_t{geometry.clusterCount} * geometry.clusterSize();
    fuzz::require(end <= deviceSize, "every cluster is on the device");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::uint32_t scale = 0;
    if (size < sizeof scale)
        return 0;
    std::memcpy(&scale, data, sizeof scale);
    const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(sizeof scale);
    const std::uint64_t deviceSize = std::uint64_t{scale} * 512;
    const auto boot = fat::decodeBootSector(bytes, deviceSize);
    if (!boot) {
        fuzz::require(!boot.error().message.empty(), "an error has a message");
        return 0;
    }
    checkRegions(boot->geometry, deviceSize);
    const Bytes encoded = fat::encodeBootSector(*boot, {});
    fuzz::require(encoded.size() == boot->geometry.bytesPerSector, "a boot sector is one sector");
    const auto again = fat::decodeBootSector(encoded, deviceSize);
    fuzz::require(again.has_value(), "what we encode can be decoded");
    checkRegions(again->geometry, deviceSize);
    return 0;
}
