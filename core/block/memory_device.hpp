/// A device whose bytes lie in memory.
///
/// Errors:  ReadOnly for writes to one made with MemoryDevice::Mode::ReadOnly.
/// Threads: as BlockDevice; a write may not run beside a read of the same bytes.
#pragma once

#include "core/block/block_device.hpp"

namespace fatlas::block {

class MemoryDevice final : public BlockDevice {
public:
    enum class Mode : std::uint8_t { ReadOnly, ReadWrite };

    explicit MemoryDevice(Bytes bytes, Mode mode = Mode::ReadWrite, std::uint32_t sectorSize = 512);

    [[nodiscard]] ByteView bytes() const noexcept { return m_bytes; }

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_bytes.size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override { return m_sectorSize; }

    [[nodiscard]] Capabilities capabilities() const noexcept override;
    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;

private:
    Bytes m_bytes;
    Mode m_mode;
    std::uint32_t m_sectorSize;
};

} // namespace fatlas::block
