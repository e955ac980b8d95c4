#include "core/vhd/vhd_device.hpp"

#include "core/base/checked.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t bitmapBudget = 16 * MiB;
constexpr std::size_t maxExtents = 4000;

using block::Extent;
using block::ExtentKind;

std::unexpected<Error> badBlock(std::uint32_t block, std::uint64_t offset, const char* why)
{
    return std::unexpected(Error{
        .code = ErrorCode::BadFormat,
        .message = fmt::format("block {} cannot be read: the table says it begins at byte {}, {}",
                               block, offset, why),
        .deviceOffset = offset});
}

/// Joins what continues the extent before it.
void append(std::vector<Extent>& extents, const Extent& next)
{
    if (!extents.empty()) {
        Extent& last = extents.back();
        const bool bothBare = !last.backing && !next.backing;
        const bool follows = last.backing && next.backing &&
                             last.backing->file == next.backing->file &&
                             last.backing->offset + last.length == next.backing->offset;
        if (last.kind == next.kind && (bothBare || follows)) {
            last.length += next.length;
            return;
        }
    }
    extents.push_back(next);
}

Result<> checkParts(const VhdFile& description, const void* parent)
{
    if (description.isFixed())
        return fail(ErrorCode::InvalidArgument, "a fixed VHD has no blocks");
    const bool needsParent = description.footer.type == DiskType::Differencing;
    if (needsParent != (parent != nullptr))
        return fail(ErrorCode::InvalidArgument,
                    needsParent ? "a differencing VHD cannot be read without its parent"
                                : "a dynamic VHD has no parent");
    return {};
}

} // namespace

VhdDevice::VhdDevice(std::shared_ptr<const block::BlockDevice> file, VhdFile description,
                     std::shared_ptr<const block::BlockDevice> parent)
    : m_file(std::move(file)), m_info(std::move(description)), m_parent(std::move(parent)),
      m_table(std::move(m_info.table)), m_metadata(metadataOf(m_info)),
      m_bitmaps(
          std::make_unique<BitmapCache>(m_table.size(), m_info.header.bitmapSize(), bitmapBudget)),
      m_end(endOfBlocks(m_info))
{
    m_info.table = m_table;
}

Result<std::shared_ptr<VhdDevice>>
VhdDevice::openReadOnly(std::shared_ptr<const block::BlockDevice> file, VhdFile description,
                        std::shared_ptr<const block::BlockDevice> parent)
{
    FATLAS_TRY(checkParts(description, parent.get()));
    return std::shared_ptr<VhdDevice>(
        new VhdDevice(std::move(file), std::move(description), std::move(parent)));
}

Result<std::shared_ptr<VhdDevice>> VhdDevice::open(std::shared_ptr<block::BlockDevice> file,
                                                   VhdFile description,
                                                   std::shared_ptr<const block::BlockDevice> parent,
                                                   WriteOrder order)
{
    for (const Finding& finding : description.findings)
        if (finding.severity == Severity::Error)
            return fail(ErrorCode::Refused,
                        fmt::format("the disk cannot be written to before it is repaired: {}",
                                    finding.message));
    FATLAS_ASSIGN(auto device, openReadOnly(file, std::move(description), std::move(parent)));
    device->m_writable = std::move(file);
    device->m_order = order;
    return device;
}

block::Capabilities VhdDevice::capabilities() const noexcept
{
    const bool canWrite = m_writable != nullptr;
    return {.canWrite = canWrite, .canTrim = canWrite, .canWriteInParallel = false};
}

VhdDevice::Piece VhdDevice::pieceAt(std::uint64_t offset, std::uint64_t end) const noexcept
{
    const std::uint64_t blockSize = m_info.header.blockSize;
    const std::uint64_t first = offset % blockSize;
    return {.block = static_cast<std::uint32_t>(offset / blockSize),
            .first = first,
            .count = std::min(end - offset, blockSize - first)};
}

Result<std::optional<std::uint64_t>> VhdDevice::place(std::uint32_t block) const
{
    if (block >= m_table.size())
        return badBlock(block, m_info.header.tableOffset + std::uint64_t{block} * 4,
                        "which is behind the end of the table (V15)");
    const std::uint32_t sector = m_table[block];
    if (sector == unusedEntry)
        return std::optional<std::uint64_t>();
    const std::uint64_t offset = std::uint64_t{sector} * sectorBytes;
    for (const FileRange& range : m_metadata)
        if (offset < range.end && range.offset < offset + m_info.slotSize())
            return badBlock(block, offset, "which overlaps the file's own structures (V18)");
    if (!rangeFits(offset, m_info.header.bitmapSize(), m_file->size()))
        return badBlock(block, offset, "which is past the end of the file (V17)");
    return std::optional(offset);
}

Result<VhdDevice::Bitmap> VhdDevice::bitmap(std::uint32_t block, std::uint64_t place) const
{
    if (auto known = m_bitmaps->find(block))
        return *std::move(known);
    auto bits = std::make_shared<Bytes>(m_info.header.bitmapSize());
    FATLAS_TRY(m_file->read(place, *bits));
    Bitmap bitmap;
    if (!allAre(*bits, 0, m_info.header.sectorsPerBlock(), true))
        bitmap = std::move(bits);
    m_bitmaps->put(block, bitmap);
    return bitmap;
}

Result<> VhdDevice::readBelow(std::uint64_t offset, ByteSpan into) const
{
    const std::uint64_t parentSize = m_parent ? m_parent->size() : 0;
    const std::uint64_t there =
        std::min<std::uint64_t>(into.size(), parentSize - std::min(parentSize, offset));
    if (there != 0)
        FATLAS_TRY(m_parent->read(offset, into.first(there)));
    std::ranges::fill(into.subspan(there), std::byte{0});
    return {};
}

Result<> VhdDevice::readPiece(const Piece& bytes, ByteSpan into) const
{
    const std::uint64_t start = blockStart(bytes.block);
    FATLAS_ASSIGN(const auto where, place(bytes.block));
    if (!where)
        return readBelow(start + bytes.first, into);
    const std::uint64_t data = *where + m_info.header.bitmapSize();
    if (!rangeFits(data + bytes.first, bytes.count, m_file->size()))
        return badBlock(bytes.block, *where, "and the file ends inside it (V17)");
    FATLAS_ASSIGN(const Bitmap bits, bitmap(bytes.block, *where));
    if (!bits)
        return m_file->read(data + bytes.first, into);
    const std::uint64_t end = bytes.first + bytes.count;
    for (std::uint64_t at = bytes.first; at < end;) {
        const std::uint64_t sector = at / sectorBytes;
        const std::uint64_t run = runLength(*bits, sector, divideRoundUp<std::uint64_t>(end, 512));
        const std::uint64_t stop = std::min(end, (sector + run) * sectorBytes);
        const ByteSpan part = into.subspan(at - bytes.first, stop - at);
        FATLAS_TRY(bitAt(*bits, sector) ? m_file->read(data + at, part)
                                        : readBelow(start + at, part));
        at = stop;
    }
    return {};
}

Result<> VhdDevice::readLocked(std::uint64_t offset, ByteSpan into) const
{
    const std::uint64_t end = offset + into.size();
    for (std::uint64_t at = offset; at < end;) {
        const Piece piece = pieceAt(at, end);
        FATLAS_TRY(readPiece(piece, into.subspan(at - offset, piece.count)));
        at += piece.count;
    }
    return {};
}

Result<> VhdDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    if (!m_writable) // nothing changes, and a chain is as deep as its locks are many
        return readLocked(offset, into);
    const std::shared_lock lock(m_mutex);
    return readLocked(offset, into);
}

Result<> VhdDevice::addBelow(std::uint64_t offset, std::uint64_t length,
                             std::vector<Extent>& extents) const
{
    const std::uint64_t end = offset + length;
    const std::uint64_t parentSize = m_parent ? m_parent->size() : 0;
    while (offset < std::min(end, parentSize) && extents.size() < maxExtents) {
        FATLAS_ASSIGN(const std::vector<Extent> below,
                      m_parent->extents(offset, std::min(end, parentSize) - offset));
        for (Extent extent : below) {
            if (extents.size() >= maxExtents)
                return {};
            if (extent.backing)
                ++extent.backing->file;
            append(extents, extent);
            offset = extent.end();
        }
    }
    if (offset < end && offset >= parentSize)
        append(extents, {.offset = offset, .length = end - offset, .kind = ExtentKind::Hole});
    return {};
}

/// What lies in the file itself, where a hole may be left of a block that was only begun.
Result<> VhdDevice::addStored(std::uint64_t offset, std::uint64_t place, std::uint64_t length,
                              std::vector<Extent>& extents) const
{
    const std::uint64_t end = place + length;
    const std::uint64_t shift = offset - place; // wraps, and wraps back
    while (place < end && extents.size() < maxExtents) {
        FATLAS_ASSIGN(const std::vector<Extent> stored, m_file->extents(place, end - place));
        for (Extent extent : stored) {
            if (extents.size() >= maxExtents)
                return {};
            place = extent.end();
            extent.offset += shift;
            if (extent.backing && extent.backing->file != 0)
                extent.backing.reset();
            append(extents, extent);
        }
    }
    return {};
}

Result<> VhdDevice::addPiece(const Piece& bytes, std::vector<Extent>& extents) const
{
    const std::uint64_t start = blockStart(bytes.block);
    FATLAS_ASSIGN(const auto where, place(bytes.block));
    if (!where)
        return addBelow(start + bytes.first, bytes.count, extents);
    FATLAS_ASSIGN(const Bitmap bits, bitmap(bytes.block, *where));
    const std::uint64_t data = *where + m_info.header.bitmapSize();
    if (!rangeFits(data + bytes.first, bytes.count, m_file->size()))
        return badBlock(bytes.block, *where, "and the file ends inside it (V17)");
    if (!bits)
        return addStored(start + bytes.first, data + bytes.first, bytes.count, extents);
    const std::uint64_t end = bytes.first + bytes.count;
    for (std::uint64_t at = bytes.first; at < end && extents.size() < maxExtents;) {
        const std::uint64_t sector = at / sectorBytes;
        const std::uint64_t run = runLength(*bits, sector, divideRoundUp<std::uint64_t>(end, 512));
        const std::uint64_t stop = std::min(end, (sector + run) * sectorBytes);
        if (bitAt(*bits, sector))
            FATLAS_TRY(addStored(start + at, data + at, stop - at, extents));
        else if (isChild())
            FATLAS_TRY(addBelow(start + at, stop - at, extents));
        else
            append(extents, {.offset = start + at, .length = stop - at, .kind = ExtentKind::Zero});
        at = stop;
    }
    return {};
}

Result<std::vector<Extent>> VhdDevice::storedIn(std::uint32_t block) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<Extent> stored;
    FATLAS_ASSIGN(const auto where, place(block));
    const std::uint64_t start = blockStart(block);
    if (!where || start >= size())
        return stored;
    const std::uint64_t end = std::min<std::uint64_t>(m_info.header.blockSize, size() - start);
    FATLAS_ASSIGN(const Bitmap bits, bitmap(block, *where));
    if (!bits)
        return std::vector{Extent{.offset = start, .length = end}};
    for (std::uint64_t at = 0; at < end;) {
        const std::uint64_t sector = at / sectorBytes;
        const std::uint64_t run = runLength(*bits, sector, divideRoundUp<std::uint64_t>(end, 512));
        const std::uint64_t stop = std::min(end, (sector + run) * sectorBytes);
        if (bitAt(*bits, sector))
            stored.push_back({.offset = start + at, .length = stop - at});
        at = stop;
    }
    return stored;
}

Result<std::vector<Extent>> VhdDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    const std::shared_lock lock(m_mutex);
    const std::uint64_t end = offset + length;
    std::vector<Extent> extents;
    for (std::uint64_t at = offset; at < end && extents.size() < maxExtents;) {
        const Piece piece = pieceAt(at, end);
        FATLAS_TRY(addPiece(piece, extents));
        at += piece.count;
    }
    return extents;
}

Result<std::shared_ptr<const File>> VhdDevice::backingFile(std::uint64_t file) const
{
    if (file == 0)
        return m_file->backingFile(0);
    if (!m_parent)
        return BlockDevice::backingFile(file);
    return m_parent->backingFile(file - 1);
}

} // namespace fatlas::vhd
