// The first byte chooses the limits; the rest is a compressed image.
#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/image/unpack.hpp"

#include "tests/fuzz/require.hpp"

#include <cstdlib>

using namespace fatlas;

/// A temporary file a run: in memory.
extern "C" int LLVMFuzzerInitialize(int*, char***)
{
    return ::setenv("TMPDIR", "/dev/shm", 0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const image::UnpackLimits limits{.size = (data[0] & 1) != 0 ? 100 * KiB : 64 * MiB,
                                     .room = (data[0] & 2) != 0 ? 10 * KiB : 4 * MiB};
    const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(1);
    const block::MemoryDevice file(Bytes(bytes.begin(), bytes.end()),
                                   block::MemoryDevice::Mode::ReadOnly);
    const auto packing = image::recognisePacking(file);
    if (!packing)
        return 0;
    const auto disk = image::unpack(file, *packing, limits);
    if (!disk) {
        fuzz::require(!disk.error().message.empty(), "an error has a message");
        return 0;
    }
    fuzz::require((*disk)->size() <= limits.size, "the limit holds");
    Bytes end(std::min<std::uint64_t>((*disk)->size(), 512));
    fuzz::require((*disk)->read((*disk)->size() - end.size(), end).has_value(),
                  "what was unpacked can be read to its end");
    return 0;
}
