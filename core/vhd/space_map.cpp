#include "core/vhd/space_map.hpp"

#include "core/base/checked.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t dataAlignment = 4096;

struct Used {
    FileRange range;
    bool isBlock = false;
};

/// Structures may share space with each other, blocks share with nobody.
Result<> refuseOverlaps(const std::vector<Used>& used)
{
    std::uint64_t structuresEnd = 0;
    std::uint64_t blocksEnd = 0;
    for (const Used& one : used) {
        const std::uint64_t taken = one.isBlock ? std::max(structuresEnd, blocksEnd) : blocksEnd;
        if (one.range.offset < taken)
            return fail(ErrorCode::Refused,
                        fmt::format("the disk cannot be written to: {} at byte {} overlaps what "
                                    "lies before it (V18)",
                                    one.isBlock ? "the block" : "a structure", one.range.offset));
        std::uint64_t& end = one.isBlock ? blocksEnd : structuresEnd;
        end = std::max(end, one.range.end);
    }
    return {};
}

Result<std::vector<Used>> usedRanges(const VhdFile& file, const std::vector<std::uint32_t>& table,
                                     std::uint64_t fileSize)
{
    std::vector<Used> used;
    for (const FileRange& range : metadataOf(file))
        used.push_back({.range = range, .isBlock = false});
    for (const std::uint32_t sector : table) {
        if (sector == unusedEntry)
            continue;
        const std::uint64_t offset = std::uint64_t{sector} * sectorBytes;
        if (!rangeFits(offset, file.slotSize(), fileSize))
            return fail(ErrorCode::Refused,
                        fmt::format("the disk cannot be written to: the block at byte {} reaches "
                                    "past the end of the file (V17)",
                                    offset));
        used.push_back({.range = {offset, offset + file.slotSize()}, .isBlock = true});
    }
    std::ranges::sort(used, {}, [](const Used& one) { return one.range.offset; });
    return used;
}

} // namespace

std::vector<FileRange> metadataOf(const VhdFile& file)
{
    std::vector<FileRange> ranges;
    if (file.isFixed())
        return ranges;
    const auto add = [&](std::uint64_t offset, std::uint64_t size) {
        if (size != 0 && rangeFits(offset, size, file.fileSize))
            ranges.push_back({offset, offset + size});
    };
    add(0, footerSize);
    add(file.footer.dataOffset, headerSize);
    const bool wholeTable =
        rangeFits(file.header.tableOffset, file.header.tableSize(), file.fileSize);
    add(file.header.tableOffset,
        wholeTable ? file.header.tableSize() : std::uint64_t{file.table.size()} * 4);
    for (const ParentLocator& locator : file.locators)
        add(locator.offset, locator.length);
    if (file.batmap) {
        add(file.batmap->headerOffset, sectorBytes);
        if (file.batmap->map)
            add(file.batmap->mapOffset, file.batmap->mapSize);
    }
    std::ranges::sort(ranges, {}, &FileRange::offset);
    return ranges;
}

std::uint64_t SpaceMap::aligned(std::uint64_t offset) const noexcept
{
    return roundUp<std::uint64_t>(offset + m_bitmapSize, dataAlignment) - m_bitmapSize;
}

std::uint64_t endOfBlocks(const VhdFile& file) noexcept
{
    const bool isOurs = file.tail.state == FooterCopy::State::Good &&
                        file.tail.footer == file.footer && file.tail.size == footerSize &&
                        file.tail.offset % sectorBytes == 0;
    return isOurs ? file.tail.offset : roundUp<std::uint64_t>(file.fileSize, sectorBytes);
}

Result<SpaceMap> SpaceMap::build(const VhdFile& file, const std::vector<std::uint32_t>& table,
                                 std::uint64_t end, std::uint64_t fileSize)
{
    FATLAS_ASSIGN(const std::vector<Used> used, usedRanges(file, table, fileSize));
    FATLAS_TRY(refuseOverlaps(used));
    SpaceMap map;
    map.m_bitmapSize = file.header.bitmapSize();
    map.m_slotSize = file.slotSize();
    std::uint64_t reached = 0;
    const auto addGap = [&](std::uint64_t to) {
        if (to > reached && to - reached >= map.m_slotSize)
            map.m_gaps.push_back({reached, to});
    };
    for (const Used& one : used) {
        addGap(one.range.offset);
        reached = std::max(reached, one.range.end);
    }
    map.m_end = std::max(end, roundUp<std::uint64_t>(reached, sectorBytes));
    addGap(map.m_end);
    return map;
}

void SpaceMap::keep(std::uint64_t offset)
{
    const std::uint64_t end = offset + m_slotSize;
    std::vector<FileRange> left;
    for (const FileRange& gap : m_gaps) {
        if (gap.offset < std::min(gap.end, offset))
            left.push_back({gap.offset, std::min(gap.end, offset)});
        if (std::max(gap.offset, end) < gap.end)
            left.push_back({std::max(gap.offset, end), gap.end});
    }
    m_gaps = std::move(left);
}

SpaceMap::Place SpaceMap::take()
{
    while (!m_gaps.empty()) {
        FileRange& gap = m_gaps.back();
        const std::uint64_t offset = aligned(gap.offset);
        if (offset + m_slotSize > gap.end) {
            // What was freed at an odd place is taken as it is.
            const bool fits = gap.end - gap.offset >= m_slotSize;
            const std::uint64_t odd = gap.offset;
            m_gaps.pop_back();
            if (fits)
                return {.offset = odd, .clearFrom = odd, .isAtEnd = false};
            continue;
        }
        gap.offset = offset + m_slotSize;
        return {.offset = offset, .clearFrom = offset, .isAtEnd = false};
    }
    const std::uint64_t from = m_end;
    const std::uint64_t offset = aligned(from);
    m_end = offset + m_slotSize;
    return {.offset = offset, .clearFrom = from, .isAtEnd = true};
}

} // namespace fatlas::vhd
