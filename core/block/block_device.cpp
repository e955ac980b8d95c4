#include "core/block/block_device.hpp"

#include "core/base/checked.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::block {

namespace {

std::unexpected<Error> readOnly(std::uint64_t offset)
{
    return std::unexpected(Error{
        .code = ErrorCode::ReadOnly, .message = "the device is read-only", .deviceOffset = offset});
}

} // namespace

Result<> BlockDevice::checkRange(std::uint64_t offset, std::uint64_t length) const
{
    if (rangeFits(offset, length, size()))
        return {};
    return std::unexpected(Error{
        .code = ErrorCode::OutOfRange,
        .message = fmt::format("{} bytes at offset {} reach past the end of the device, which "
                               "is {} bytes long",
                               length, offset, size()),
        .deviceOffset = offset});
}

Result<> BlockDevice::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(checkRange(offset, bytes.size()));
    return readOnly(offset);
}

Result<> BlockDevice::flush()
{
    return {};
}

Result<> BlockDevice::trim(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    if (!capabilities().canWrite)
        return readOnly(offset);
    return {};
}

Result<> BlockDevice::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    if (!capabilities().canWrite)
        return readOnly(offset);
    const Bytes zeros(std::min(length, MiB));
    for (std::uint64_t done = 0; done < length;) {
        const std::uint64_t count = std::min<std::uint64_t>(length - done, zeros.size());
        FATLAS_TRY(write(offset + done, ByteView(zeros).first(count)));
        done += count;
    }
    return {};
}

Result<std::vector<Extent>> BlockDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    if (length == 0)
        return std::vector<Extent>{};
    return std::vector{Extent{.offset = offset, .length = length}};
}

Result<std::shared_ptr<const File>> BlockDevice::backingFile(std::uint64_t file) const
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("the device has no backing file number {}", file));
}

} // namespace fatlas::block
