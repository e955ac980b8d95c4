// The first byte chooses the sector size; the rest is the start and the end of a disk, with a hole
// between them whose size the next two bytes say.
#include "core/block/memory_device.hpp"
#include "core/partition/partition_table.hpp"

#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <array>

using namespace fatlas;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 3)
        return 0;
    constexpr std::array<std::uint32_t, 4> sectorSizes{512, 1024, 2048, 4096};
    const std::uint32_t sectorSize = sectorSizes[data[0] % sectorSizes.size()];
    const std::size_t hole = (data[1] | std::size_t{data[2]} << 8) * 16;
    const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(3);
    const std::size_t head = bytes.size() / 2;
    Bytes disk(bytes.size() + hole);
    std::ranges::copy(bytes.first(head), disk.begin());
    std::ranges::copy_backward(bytes.subspan(head), disk.end());
    const std::uint64_t sectors = disk.size() / sectorSize;
    const block::MemoryDevice device(std::move(disk), block::MemoryDevice::Mode::ReadOnly,
                                     sectorSize);
    const auto table = partition::readPartitionTable(device);
    fuzz::require(table.has_value(), "memory can always be read");
    for (const partition::Partition& found : table->partitions) {
        fuzz::require(found.sectorCount >= 1, "partitions are not empty");
        fuzz::require(found.first.value < sectors &&
                          found.sectorCount <= sectors - found.first.value,
                      "partitions lie on the disk");
    }
    return 0;
}
