/// The start of an image of 4 MiB, zeros behind: large enough for a FAT16 without that much input.
///
/// Threads:  as BlockDevice.
/// Lifetime: the bytes must outlive the device.
#pragma once

#include "core/base/units.hpp"
#include "core/block/block_device.hpp"

#include <algorithm>

namespace fatlas::fuzz {

class ImageStart final : public block::BlockDevice {
public:
    explicit ImageStart(ByteView bytes) : m_bytes(bytes) {}

    std::uint64_t size() const noexcept override { return 4 * MiB; }

    Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        FATLAS_TRY(checkRange(offset, into.size()));
        const std::size_t from = std::min<std::uint64_t>(offset, m_bytes.size());
        const std::size_t count = std::min(into.size(), m_bytes.size() - from);
        std::ranges::copy(m_bytes.subspan(from, count), into.begin());
        std::ranges::fill(into.subspan(count), std::byte{0});
        return {};
    }

private:
    ByteView m_bytes;
};

} // namespace fatlas::fuzz
