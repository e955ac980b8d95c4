#include "core/block/slice_device.hpp"

#include "core/base/checked.hpp"

#include <fmt/format.h>

#include <utility>

namespace fatlas::block {

SliceDevice::SliceDevice(std::shared_ptr<const BlockDevice> below, std::uint64_t offset,
                         std::uint64_t length)
    : m_below(std::move(below)), m_offset(offset), m_length(length)
{}

Result<std::shared_ptr<SliceDevice>>
SliceDevice::createReadOnly(std::shared_ptr<const BlockDevice> below, std::uint64_t offset,
                            std::uint64_t length)
{
    if (!rangeFits(offset, length, below->size()))
        return std::unexpected(
            Error{.code = ErrorCode::OutOfRange,
                  .message = fmt::format("a slice of {} bytes at offset {} reaches past the end of "
                                         "the device, which is {} bytes long",
                                         length, offset, below->size()),
                  .deviceOffset = offset});
    return std::shared_ptr<SliceDevice>(new SliceDevice(std::move(below), offset, length));
}

Result<std::shared_ptr<SliceDevice>> SliceDevice::create(std::shared_ptr<BlockDevice> below,
                                                         std::uint64_t offset, std::uint64_t length)
{
    FATLAS_ASSIGN(auto slice, createReadOnly(below, offset, length));
    slice->m_writable = std::move(below);
    return slice;
}

Result<> SliceDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    return m_below->read(m_offset + offset, into);
}

Result<> SliceDevice::write(std::uint64_t offset, ByteView bytes)
{
    if (!m_writable)
        return BlockDevice::write(offset, bytes);
    FATLAS_TRY(checkRange(offset, bytes.size()));
    return m_writable->write(m_offset + offset, bytes);
}

Result<> SliceDevice::flush()
{
    return m_writable ? m_writable->flush() : Result<>{};
}

Result<> SliceDevice::trim(std::uint64_t offset, std::uint64_t length)
{
    if (!m_writable)
        return BlockDevice::trim(offset, length);
    FATLAS_TRY(checkRange(offset, length));
    return m_writable->trim(m_offset + offset, length);
}

Result<> SliceDevice::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    if (!m_writable)
        return BlockDevice::writeZeroes(offset, length);
    FATLAS_TRY(checkRange(offset, length));
    return m_writable->writeZeroes(m_offset + offset, length);
}

Result<std::vector<Extent>> SliceDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    FATLAS_ASSIGN(std::vector<Extent> extents, m_below->extents(m_offset + offset, length));
    for (Extent& extent : extents)
        extent.offset -= m_offset;
    return extents;
}

Result<std::shared_ptr<const File>> SliceDevice::backingFile(std::uint64_t file) const
{
    return m_below->backingFile(file);
}

} // namespace fatlas::block
