/// A device seen in the blocks its partition table was written for, and how those become sectors.
///
/// Units:  blocks of `blockSize` bytes; device sectors are what the result is in (P15).
/// Errors: those of the device. Reading outside is the caller's mistake: check with holds().
#pragma once

#include "core/base/checked.hpp"
#include "core/block/block_device.hpp"
#include "core/partition/mbr_raw.hpp"

#include <array>
#include <cstdint>

namespace fatlas::partition {

inline constexpr std::array<std::uint32_t, 4> blockSizes{512, 1024, 2048, 4096};

class BlockReader {
public:
    BlockReader(const block::BlockDevice& device, std::uint32_t blockSize)
        : m_device(device), m_blockSize(blockSize)
    {}

    [[nodiscard]] std::uint32_t blockSize() const noexcept { return m_blockSize; }

    [[nodiscard]] std::uint64_t blockCount() const noexcept
    {
        return m_device.size() / m_blockSize;
    }

    [[nodiscard]] bool holds(std::uint64_t first, std::uint64_t count) const noexcept
    {
        return rangeFits(first, count, blockCount());
    }

    [[nodiscard]] std::uint64_t offset(std::uint64_t block) const noexcept
    {
        return block * m_blockSize;
    }

    /// Blocks of the table to sectors of the device.
    [[nodiscard]] std::uint64_t toSectors(std::uint64_t blocks) const noexcept
    {
        return blocks * (m_blockSize / m_device.sectorSize());
    }

    /// Only whole multiples of the device's sectors can be blocks of a table.
    [[nodiscard]] bool isPossible() const noexcept
    {
        return m_device.sectorSize() != 0 && m_blockSize % m_device.sectorSize() == 0;
    }

    [[nodiscard]] Result<> read(std::uint64_t block, ByteSpan into) const
    {
        return m_device.read(offset(block), into);
    }

    /// The first 512 bytes of a block.
    [[nodiscard]] Result<MbrRaw> readRecord(std::uint64_t block) const
    {
        std::array<std::byte, mbrSize> bytes{};
        FATLAS_TRY(read(block, bytes));
        return load<MbrRaw>(bytes);
    }

private:
    const block::BlockDevice& m_device;
    std::uint32_t m_blockSize;
};

} // namespace fatlas::partition
