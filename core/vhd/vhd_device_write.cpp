// The writing half of VhdDevice. What is on the disk if power goes: FORMAT.md section 7.
#include "core/base/checked.hpp"
#include "core/base/zeros.hpp"
#include "core/vhd/vhd_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

namespace fatlas::vhd {

namespace {

std::uint64_t bytesOf(std::uint64_t sectors)
{
    return sectors * sectorBytes;
}

} // namespace

Result<> VhdDevice::checkWritable(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    if (!m_writable)
        return std::unexpected(Error{.code = ErrorCode::ReadOnly,
                                     .message = "the device is read-only",
                                     .deviceOffset = offset});
    if (m_failure)
        return std::unexpected(*m_failure);
    return {};
}

Result<> VhdDevice::order()
{
    return m_order == WriteOrder::CrashSafe ? m_writable->flush() : Result<>{};
}

Result<> VhdDevice::write(std::uint64_t offset, ByteView bytes)
{
    const std::unique_lock lock(m_mutex);
    FATLAS_TRY(checkWritable(offset, bytes.size()));
    const std::uint64_t end = offset + bytes.size();
    for (std::uint64_t at = offset; at < end;) {
        const Piece piece = pieceAt(at, end);
        FATLAS_TRY(writePiece(piece, bytes.subspan(at - offset, piece.count)));
        at += piece.count;
    }
    return {};
}

/// Bytes become whole sectors; what is in the sectors beside them stays.
Result<> VhdDevice::writePiece(const Piece& bytes, ByteView data)
{
    const std::uint64_t first = bytes.first / sectorBytes;
    const std::uint64_t end = divideRoundUp<std::uint64_t>(bytes.first + bytes.count, sectorBytes);
    const Piece sectors{.block = bytes.block, .first = first, .count = end - first};
    if (bytes.first % sectorBytes == 0 && bytes.count % sectorBytes == 0)
        return writeSectors(sectors, data);
    Bytes whole(bytesOf(sectors.count));
    const std::uint64_t start = blockStart(bytes.block) + bytesOf(first);
    FATLAS_TRY(readLocked(start, ByteSpan(whole).first(sectorBytes)));
    FATLAS_TRY(readLocked(start + whole.size() - sectorBytes, ByteSpan(whole).last(sectorBytes)));
    std::ranges::copy(data, ByteSpan(whole).subspan(bytes.first % sectorBytes).begin());
    return writeSectors(sectors, whole);
}

Result<> VhdDevice::writeSectors(const Piece& sectors, ByteView data)
{
    FATLAS_ASSIGN(const auto where, place(sectors.block));
    if (isChild())
        return writeInChild(sectors, data, where);
    if (!where && areZeros(data))
        return {};
    return store(sectors, data, where);
}

Result<> VhdDevice::store(const Piece& sectors, ByteView data, std::optional<std::uint64_t> place)
{
    return place ? updateBlock(sectors, data, *place) : allocate(sectors, data);
}

Result<> VhdDevice::updateBlock(const Piece& sectors, ByteView data, std::uint64_t place)
{
    const std::uint64_t at = place + m_info.header.bitmapSize() + bytesOf(sectors.first);
    if (!rangeFits(at, data.size(), m_file->size()))
        return fail(ErrorCode::BadFormat,
                    fmt::format("block {} cannot be written: the file ends inside it (V17)",
                                sectors.block));
    FATLAS_ASSIGN(const Bitmap bits, bitmap(sectors.block, place));
    if (!bits || allAre(*bits, sectors.first, sectors.count, true))
        return m_writable->write(at, data);
    Bytes changed = *bits;
    setBits(changed, sectors.first, sectors.count, true);
    if (isChild()) {
        FATLAS_TRY(m_writable->write(at, data));
        FATLAS_TRY(order());
        return writeBitmap(sectors.block, place, changed);
    }
    FATLAS_TRY(writeBitmap(sectors.block, place, changed));
    return m_writable->write(at, data);
}

/// Only sectors of it that changed.
Result<> VhdDevice::writeBitmap(std::uint32_t block, std::uint64_t place, const Bytes& bits)
{
    FATLAS_ASSIGN(const Bitmap old, bitmap(block, place));
    m_bitmaps->drop(block);
    const auto same = [&](std::uint64_t at) {
        return old && std::memcmp(old->data() + at, bits.data() + at, sectorBytes) == 0;
    };
    std::uint64_t first = 0;
    std::uint64_t end = bits.size();
    while (first < end && same(first))
        first += sectorBytes;
    while (first < end && same(end - sectorBytes))
        end -= sectorBytes;
    FATLAS_TRY(m_writable->write(place + first, ByteView(bits).subspan(first, end - first)));
    const bool isFull = allAre(bits, 0, m_info.header.sectorsPerBlock(), true);
    m_bitmaps->put(block, isFull ? nullptr : std::make_shared<const Bytes>(bits));
    return {};
}

Result<> VhdDevice::allocate(const Piece& sectors, ByteView data)
{
    if (!m_space) {
        FATLAS_ASSIGN(m_space, SpaceMap::build(m_info, m_table, m_end, m_file->size()));
        for (const std::uint64_t freed : m_freed)
            m_space->keep(freed);
    }
    const SpaceMap::Place place = m_space->take();
    const std::uint64_t sector = place.offset / sectorBytes;
    if (sector + m_info.slotSize() / sectorBytes >= unusedEntry)
        return fail(ErrorCode::NoSpace, "the file cannot grow: VHDs end at 2 TiB");
    const auto filled = fillPlace(sectors, data, place);
    if (!filled) {
        m_space.reset(); // nothing knows the place; it is found again
        return filled;
    }
    FATLAS_TRY(writeEntry(sectors.block, static_cast<std::uint32_t>(sector)));
    return {};
}

/// The file grows, with a footer at its new end; or a gap in it becomes zeros.
Result<> VhdDevice::makeRoom(const SpaceMap::Place& place)
{
    if (!place.isAtEnd)
        return m_writable->writeZeroes(place.offset, m_info.slotSize());
    const std::uint64_t end = place.offset + m_info.slotSize();
    FATLAS_TRY(m_writable->write(end, encodeFooter(m_info.footer)));
    FATLAS_TRY(order());
    m_end = end;
    return {};
}

Result<> VhdDevice::fillPlace(const Piece& sectors, ByteView data, const SpaceMap::Place& place)
{
    FATLAS_TRY(makeRoom(place));
    const std::uint64_t before = place.offset - place.clearFrom;
    Bytes start(before + m_info.header.bitmapSize());
    const ByteSpan bits = ByteSpan(start).subspan(before);
    setBits(bits, sectors.first, sectors.count, true);
    FATLAS_TRY(m_writable->write(place.clearFrom, start));
    // In a child, zeros need no data: the place holds zeros already.
    if (!data.empty())
        FATLAS_TRY(m_writable->write(place.offset + bits.size() + bytesOf(sectors.first), data));
    FATLAS_TRY(order());
    m_bitmaps->drop(sectors.block);
    return {};
}

Result<> VhdDevice::writeEntry(std::uint32_t block, std::uint32_t sector)
{
    const Be32 entry(sector);
    const auto written =
        m_writable->write(m_info.header.tableOffset + std::uint64_t{block} * 4, asBytes(entry));
    if (!written) {
        // Whether it reached the file is not known, so nothing may build on either answer.
        m_failure = Error{.code = ErrorCode::Io,
                          .message = "an earlier write to the block table failed; open the disk "
                                     "again: " +
                                     written.error().message,
                          .deviceOffset = std::nullopt,
                          .systemError = written.error().systemError};
        return written;
    }
    m_table[block] = sector;
    m_bitmaps->drop(block);
    return {};
}

Result<> VhdDevice::flush()
{
    if (!m_writable)
        return {};
    const std::unique_lock lock(m_mutex);
    if (m_failure)
        return std::unexpected(*m_failure);
    FATLAS_TRY(m_writable->flush());
    if (m_space)
        for (const std::uint64_t freed : m_freed)
            m_space->giveBack(freed);
    m_freed.clear();
    return {};
}

Result<> VhdDevice::trim(std::uint64_t offset, std::uint64_t length)
{
    return writeZeroes(offset, length);
}

Result<> VhdDevice::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    const std::unique_lock lock(m_mutex);
    FATLAS_TRY(checkWritable(offset, length));
    const std::uint64_t end = offset + length;
    for (std::uint64_t at = offset; at < end;) {
        const Piece piece = pieceAt(at, end);
        FATLAS_TRY(zeroPiece(piece));
        at += piece.count;
    }
    return {};
}

/// Parts of sectors at both ends are written as any bytes, whole sectors between are zeroed.
Result<> VhdDevice::zeroPiece(const Piece& bytes)
{
    const std::uint64_t end = bytes.first + bytes.count;
    const std::uint64_t wholeFirst = roundUp<std::uint64_t>(bytes.first, sectorBytes);
    const std::uint64_t wholeEnd = end / sectorBytes * sectorBytes;
    const Bytes zeros(sectorBytes);
    const auto zeroPart = [&](std::uint64_t first, std::uint64_t stop) {
        const Piece part{.block = bytes.block, .first = first, .count = stop - first};
        return first < stop ? writePiece(part, ByteView(zeros).first(part.count)) : Result<>{};
    };
    if (wholeFirst >= wholeEnd) {
        const std::uint64_t middle = std::clamp(wholeFirst, bytes.first, end);
        FATLAS_TRY(zeroPart(bytes.first, middle));
        return zeroPart(middle, end);
    }
    FATLAS_TRY(zeroPart(bytes.first, wholeFirst));
    FATLAS_TRY(zeroPart(wholeEnd, end));
    return zeroSectors({.block = bytes.block,
                        .first = wholeFirst / sectorBytes,
                        .count = (wholeEnd - wholeFirst) / sectorBytes});
}

Result<> VhdDevice::zeroSectors(const Piece& sectors)
{
    FATLAS_ASSIGN(const auto where, place(sectors.block));
    if (isChild())
        return zeroInChild(sectors, where);
    return where ? zeroInDynamic(sectors, *where) : Result<>{};
}

Result<> VhdDevice::zeroInDynamic(const Piece& sectors, std::uint64_t place)
{
    FATLAS_ASSIGN(const Bitmap old, bitmap(sectors.block, place));
    Bytes bits = old ? *old : Bytes(m_info.header.bitmapSize(), std::byte{0xFF});
    setBits(bits, sectors.first, sectors.count, false);
    if (allAre(bits, 0, m_info.header.sectorsPerBlock(), false))
        return freeBlock(sectors.block, place);
    if (old && allAre(*old, sectors.first, sectors.count, false))
        return {};
    const std::uint64_t at = place + m_info.header.bitmapSize() + bytesOf(sectors.first);
    FATLAS_TRY(m_writable->writeZeroes(at, bytesOf(sectors.count)));
    if (m_info.batmap && m_info.batmap->isFull(sectors.block))
        return {};
    FATLAS_TRY(order());
    return writeBitmap(sectors.block, place, bits);
}

Result<> VhdDevice::freeBlock(std::uint32_t block, std::uint64_t place)
{
    FATLAS_TRY(
        m_writable->writeZeroes(place + m_info.header.bitmapSize(), m_info.header.blockSize));
    FATLAS_TRY(writeEntry(block, unusedEntry));
    m_freed.push_back(place);
    return {};
}

} // namespace fatlas::vhd
