/// A range of another device as a device of its own: a partition, an image inside a file.
///
/// Units:    offsets of the slice start at 0; errors of the device below carry its own offsets.
/// Errors:   OutOfRange when the range is not inside the device below; else those of the device
///           below.
/// Threads:  as the device below.
/// Lifetime: holds the device below.
#pragma once

#include "core/block/block_device.hpp"

namespace fatlas::block {

class SliceDevice final : public BlockDevice {
public:
    [[nodiscard]] static Result<std::shared_ptr<SliceDevice>>
    create(std::shared_ptr<BlockDevice> below, std::uint64_t offset, std::uint64_t length);
    /// Never writes, whatever the device below could do.
    [[nodiscard]] static Result<std::shared_ptr<SliceDevice>>
    createReadOnly(std::shared_ptr<const BlockDevice> below, std::uint64_t offset,
                   std::uint64_t length);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_length; }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_below->sectorSize();
    }

    [[nodiscard]] Capabilities capabilities() const noexcept override
    {
        return m_writable ? m_writable->capabilities() : Capabilities{};
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    SliceDevice(std::shared_ptr<const BlockDevice> below, std::uint64_t offset,
                std::uint64_t length);

    std::shared_ptr<const BlockDevice> m_below;
    std::shared_ptr<BlockDevice> m_writable; ///< the same device, nullptr when read-only
    std::uint64_t m_offset;
    std::uint64_t m_length;
};

} // namespace fatlas::block
