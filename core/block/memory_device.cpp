#include "core/block/memory_device.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::block {

MemoryDevice::MemoryDevice(Bytes bytes, Mode mode, std::uint32_t sectorSize)
    : m_bytes(std::move(bytes)), m_mode(mode), m_sectorSize(sectorSize)
{}

Capabilities MemoryDevice::capabilities() const noexcept
{
    return {.canWrite = m_mode == Mode::ReadWrite};
}

Result<> MemoryDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    std::ranges::copy(ByteView(m_bytes).subspan(offset, into.size()), into.begin());
    return {};
}

Result<> MemoryDevice::write(std::uint64_t offset, ByteView bytes)
{
    if (m_mode == Mode::ReadOnly)
        return BlockDevice::write(offset, bytes);
    FATLAS_TRY(checkRange(offset, bytes.size()));
    std::ranges::copy(bytes, m_bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
}

} // namespace fatlas::block
