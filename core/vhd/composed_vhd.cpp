#include "core/vhd/composed_vhd.hpp"

#include "core/base/checked.hpp"
#include "core/vhd/bitmap_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t dataAlignment = 4096;
constexpr std::size_t maxExtents = 4096;

} // namespace

ComposedVhd::ComposedVhd(Disk disk, std::vector<FileRange> stored)
    : m_disk(std::move(disk)), m_stored(std::move(stored))
{}

Result<std::shared_ptr<const ComposedVhd>> ComposedVhd::compose(const CreatePlan& plan, Disk disk,
                                                                std::vector<FileRange> stored)
{
    if (plan.footer.type == DiskType::Differencing)
        return fail(ErrorCode::InvalidArgument,
                    "a differencing disk takes its content from its parent");
    if (disk->size() > plan.footer.currentSize)
        return fail(ErrorCode::Refused, fmt::format("the content has {} bytes, the disk only {}",
                                                    disk->size(), plan.footer.currentSize));
    std::shared_ptr<ComposedVhd> file(new ComposedVhd(std::move(disk), std::move(stored)));
    FATLAS_TRY(file->layOut(plan));
    return file;
}

Result<> ComposedVhd::layOut(const CreatePlan& plan)
{
    m_footer = encodeFooter(plan.footer);
    m_tail = plan.footer.currentSize;
    if (plan.footer.type == DiskType::Fixed)
        return {};
    m_blockSize = plan.header.blockSize;
    m_bitmapSize = plan.header.bitmapSize();
    findBlocks(plan.header.blockSize);

    const std::uint64_t metadata = plan.fileSize - footerSize;
    m_first = roundUp<std::uint64_t>(metadata + m_bitmapSize, dataAlignment) - m_bitmapSize;
    m_stride = roundUp<std::uint64_t>(m_bitmapSize + m_blockSize, dataAlignment);
    m_tail = m_blocks.empty()
                 ? metadata
                 : m_first + (m_blocks.size() - 1) * m_stride + m_bitmapSize + m_blockSize;
    if (m_tail / sectorBytes >= unusedEntry)
        return fail(ErrorCode::NoSpace, "the file would be too long: VHDs end at 2 TiB");
    m_head.resize(metadata);
    for (const FilePart& part : plan.parts)
        if (part.offset < metadata)
            std::ranges::copy(part.bytes, ByteSpan(m_head).subspan(part.offset).begin());
    putTable(plan.header.tableOffset);
    return {};
}

void ComposedVhd::findBlocks(std::uint32_t blockSize)
{
    std::uint64_t next = 0;
    for (const FileRange& run : m_stored) {
        const std::uint64_t last = (run.end - 1) / blockSize;
        for (next = std::max(next, run.offset / blockSize); next <= last; ++next)
            m_blocks.push_back(static_cast<std::uint32_t>(next));
    }
}

void ComposedVhd::putTable(std::uint64_t tableOffset)
{
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const Be32 entry(static_cast<std::uint32_t>((m_first + i * m_stride) / sectorBytes));
        const std::uint64_t at = tableOffset + std::uint64_t{m_blocks[i]} * 4;
        std::memcpy(m_head.data() + at, &entry, sizeof entry);
    }
}

ComposedVhd::Part ComposedVhd::partAt(std::uint64_t offset) const
{
    if (offset >= m_tail)
        return {.kind = Part::Kind::Footer, .length = size() - offset, .place = offset - m_tail};
    if (m_blockSize == 0)
        return partOfDisk(offset, m_tail - offset);
    if (offset < m_head.size())
        return {.kind = Part::Kind::Head, .length = m_head.size() - offset, .place = offset};
    if (offset < m_first)
        return {.length = std::min(m_first, m_tail) - offset};
    return partOfSlot((offset - m_first) / m_stride, (offset - m_first) % m_stride);
}

ComposedVhd::Part ComposedVhd::partOfSlot(std::uint64_t slot, std::uint64_t within) const
{
    const std::uint32_t block = m_blocks[slot];
    if (within < m_bitmapSize)
        return {.kind = Part::Kind::Bitmap,
                .length = m_bitmapSize - within,
                .place = within,
                .block = block};
    const std::uint64_t inBlock = within - m_bitmapSize;
    if (inBlock >= m_blockSize)
        return {.length = m_stride - within};
    return partOfDisk(block * m_blockSize + inBlock, m_blockSize - inBlock);
}

/// What is not stored is zeros, whatever the disk says: bitmap and data belong together.
ComposedVhd::Part ComposedVhd::partOfDisk(std::uint64_t place, std::uint64_t length) const
{
    if (m_blockSize == 0) {
        if (place >= m_disk->size())
            return {.length = length};
        return {.kind = Part::Kind::Disk,
                .length = std::min(length, m_disk->size() - place),
                .place = place};
    }
    const auto run = std::ranges::upper_bound(m_stored, place, {}, &FileRange::end);
    if (run == m_stored.end())
        return {.length = length};
    if (run->offset > place)
        return {.length = std::min(length, run->offset - place)};
    return {.kind = Part::Kind::Disk, .length = std::min(length, run->end - place), .place = place};
}

Bytes ComposedVhd::bitmapOf(std::uint32_t block) const
{
    Bytes bits(m_bitmapSize);
    const std::uint64_t start = block * m_blockSize;
    const std::uint64_t end = start + m_blockSize;
    for (auto run = std::ranges::upper_bound(m_stored, start, {}, &FileRange::end);
         run != m_stored.end() && run->offset < end; ++run) {
        const std::uint64_t first = (std::max(run->offset, start) - start) / sectorBytes;
        const std::uint64_t stop =
            divideRoundUp<std::uint64_t>(std::min(run->end, end) - start, sectorBytes);
        setBits(bits, first, stop - first, true);
    }
    return bits;
}

Result<> ComposedVhd::readPart(const Part& part, ByteSpan into) const
{
    const auto take = [&](ByteView bytes) {
        std::ranges::copy(bytes.subspan(part.place, into.size()), into.begin());
    };
    switch (part.kind) {
    case Part::Kind::Disk: return m_disk->read(part.place, into);
    case Part::Kind::Zeros: std::ranges::fill(into, std::byte{0}); break;
    case Part::Kind::Bitmap: take(bitmapOf(part.block)); break;
    case Part::Kind::Head: take(m_head); break;
    case Part::Kind::Footer: take(m_footer); break;
    }
    return {};
}

Result<> ComposedVhd::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    while (!into.empty()) {
        const Part part = partAt(offset);
        const std::size_t count = std::min<std::uint64_t>(part.length, into.size());
        FATLAS_TRY(readPart(part, into.first(count)));
        into = into.subspan(count);
        offset += count;
    }
    return {};
}

Result<> ComposedVhd::addDisk(const Part& part, std::uint64_t offset,
                              std::vector<block::Extent>& extents) const
{
    FATLAS_ASSIGN(auto below, m_disk->extents(part.place, part.length));
    for (block::Extent extent : below) {
        extent.offset = offset + (extent.offset - part.place);
        extents.push_back(extent);
    }
    return {};
}

Result<> ComposedVhd::addPart(const Part& part, std::uint64_t offset,
                              std::vector<block::Extent>& extents) const
{
    if (part.kind == Part::Kind::Disk)
        return addDisk(part, offset, extents);
    const auto kind =
        part.kind == Part::Kind::Zeros ? block::ExtentKind::Hole : block::ExtentKind::Data;
    extents.push_back({.offset = offset, .length = part.length, .kind = kind});
    return {};
}

Result<std::vector<block::Extent>> ComposedVhd::extents(std::uint64_t offset,
                                                        std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    std::vector<block::Extent> extents;
    const std::uint64_t end = offset + length;
    while (offset < end && extents.size() < maxExtents) {
        Part part = partAt(offset);
        part.length = std::min(part.length, end - offset);
        FATLAS_TRY(addPart(part, offset, extents));
        if (extents.empty() || extents.back().end() <= offset)
            return fail(ErrorCode::Io,
                        fmt::format("the disk does not say what lies at offset {}", part.place));
        offset = extents.back().end();
    }
    return extents;
}

Result<std::shared_ptr<const File>> ComposedVhd::backingFile(std::uint64_t file) const
{
    return m_disk->backingFile(file);
}

} // namespace fatlas::vhd
