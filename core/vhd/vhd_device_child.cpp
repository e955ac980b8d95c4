// What VhdDevice does in children only: what is written must hide the parent, for every reader.
#include "core/base/checked.hpp"
#include "core/vhd/vhd_device.hpp"

#include <algorithm>

namespace fatlas::vhd {

namespace {

/// Of a byte of a bitmap.
constexpr std::uint64_t byteSectors = 8;

std::uint64_t bytesOf(std::uint64_t sectors)
{
    return sectors * sectorBytes;
}

} // namespace

/// Readers (libvhdi) take what follows a set bit in its byte for set: up to where a piece must be
/// written so that they need not look at the parent there. Never past the end of the disk.
Result<std::uint64_t> VhdDevice::endForAllReaders(const Piece& sectors,
                                                  std::optional<std::uint64_t> place) const
{
    const std::uint64_t inDisk = (size() - blockStart(sectors.block)) / sectorBytes;
    const std::uint64_t end = sectors.first + sectors.count;
    const std::uint64_t stop = std::min(roundUp<std::uint64_t>(end, byteSectors), inDisk);
    if (!place || stop <= end)
        return std::max(end, stop);
    FATLAS_ASSIGN(const Bitmap bits, bitmap(sectors.block, *place));
    return !bits || allAre(*bits, end, stop - end, true) ? end : stop;
}

/// With the sectors behind it that are the parent's and would be misread.
Result<> VhdDevice::writeInChild(const Piece& sectors, ByteView data,
                                 std::optional<std::uint64_t> place)
{
    FATLAS_ASSIGN(const std::uint64_t end, endForAllReaders(sectors, place));
    const Piece wider{.block = sectors.block, .first = sectors.first, .count = end - sectors.first};
    if (wider.count == sectors.count)
        return store(sectors, data, place);
    Bytes whole(bytesOf(wider.count));
    std::ranges::copy(data, whole.begin());
    FATLAS_TRY(readLocked(blockStart(sectors.block) + bytesOf(sectors.first + sectors.count),
                          ByteSpan(whole).subspan(data.size())));
    return store(wider, whole, place);
}

Result<bool> VhdDevice::isZeroBelow(std::uint64_t offset, std::uint64_t length) const
{
    const std::uint64_t end = std::min(offset + length, m_parent->size());
    while (offset < end) {
        FATLAS_ASSIGN(const std::vector<block::Extent> below,
                      m_parent->extents(offset, end - offset));
        if (std::ranges::any_of(below, [](const block::Extent& extent) {
                return extent.kind == block::ExtentKind::Data;
            }))
            return false;
        offset = below.back().end();
    }
    return true;
}

Result<> VhdDevice::zeroInChild(const Piece& sectors, std::optional<std::uint64_t> place)
{
    const std::uint64_t start = blockStart(sectors.block) + bytesOf(sectors.first);
    if (!place) {
        FATLAS_ASSIGN(const bool isZero, isZeroBelow(start, bytesOf(sectors.count)));
        if (isZero)
            return {};
    }
    const std::uint64_t end = sectors.first + sectors.count;
    FATLAS_ASSIGN(const std::uint64_t stop, endForAllReaders(sectors, place));
    if (stop == end)
        return hideParent(sectors, place);
    // The last byte of the bitmap by writing, which brings what follows here.
    const std::uint64_t last = std::max(sectors.first, end / byteSectors * byteSectors);
    const Bytes zeros(bytesOf(end - last));
    FATLAS_TRY(
        writeInChild({.block = sectors.block, .first = last, .count = end - last}, zeros, place));
    if (last == sectors.first)
        return {};
    FATLAS_ASSIGN(const auto now, this->place(sectors.block));
    return hideParent(
        {.block = sectors.block, .first = sectors.first, .count = last - sectors.first}, now);
}

/// Sectors become zeros that are there.
Result<> VhdDevice::hideParent(const Piece& sectors, std::optional<std::uint64_t> place)
{
    if (!place)
        return allocate(sectors, {});
    const std::uint64_t at = *place + m_info.header.bitmapSize() + bytesOf(sectors.first);
    FATLAS_ASSIGN(const Bitmap old, bitmap(sectors.block, *place));
    FATLAS_TRY(m_writable->writeZeroes(at, bytesOf(sectors.count)));
    if (!old || allAre(*old, sectors.first, sectors.count, true))
        return {};
    FATLAS_TRY(order());
    Bytes bits = *old;
    setBits(bits, sectors.first, sectors.count, true);
    return writeBitmap(sectors.block, *place, bits);
}

} // namespace fatlas::vhd
