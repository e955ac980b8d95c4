#include "core/vhd/block_map.hpp"

#include "core/base/checked.hpp"
#include "core/vhd/bitmap_cache.hpp"

#include <algorithm>
#include <bit>

namespace fatlas::vhd {

namespace {

/// What a disk without blocks is told in.
constexpr std::uint64_t fixedPiece = 2 * MiB;
constexpr std::uint32_t checkpointEvery = 1024;

std::uint64_t blockSizeOf(const VhdFile& file)
{
    return file.isFixed() ? fixedPiece : file.header.blockSize;
}

void markParents(const Chain& chain, BlockMap& map)
{
    for (std::size_t link = 1; link < chain.links.size(); ++link)
        forEachHeld(chain.links[link].vhd, [&](std::uint64_t from, std::uint64_t to) {
            const std::uint64_t first = from / map.blockSize;
            const std::uint64_t end = std::min<std::uint64_t>(
                divideRoundUp<std::uint64_t>(to, map.blockSize), map.states.size());
            for (std::uint64_t block = first; block < end; ++block)
                if (map.states[block] == BlockState::Nowhere)
                    map.states[block] = BlockState::InParent;
        });
}

void markOverlaps(const FileLayout& layout, BlockMap& map)
{
    if (layout.overlapCount == 0)
        return;
    for (const FilePiece& piece : layout.pieces)
        if (piece.kind == FilePiece::Kind::Block && piece.overlaps)
            map.states[piece.block] = BlockState::Overlapping;
}

void count(BlockMap& map)
{
    map.counts = {};
    for (const BlockState state : map.states)
        ++map.counts[static_cast<std::size_t>(state)];
}

std::uint32_t setBitsIn(ByteView bits, std::uint64_t sectors)
{
    std::uint32_t total = 0;
    for (std::uint64_t i = 0; i < sectors / 8; ++i)
        total += static_cast<std::uint32_t>(std::popcount(std::to_integer<unsigned>(bits[i])));
    for (std::uint64_t i = sectors / 8 * 8; i < sectors; ++i)
        total += bitAt(bits, i) ? 1 : 0;
    return total;
}

/// The last block may reach past the end of the disk.
std::uint64_t sectorsIn(const VhdFile& file, std::uint64_t block)
{
    const std::uint64_t start = block * file.header.blockSize;
    return std::min<std::uint64_t>(file.header.blockSize, file.virtualSize - start) / sectorBytes;
}

} // namespace

void forEachHeld(const VhdFile& file,
                 const std::function<void(std::uint64_t offset, std::uint64_t end)>& visit)
{
    if (file.isFixed())
        return visit(0, file.virtualSize);
    const std::uint64_t size = file.header.blockSize;
    for (std::size_t block = 0; block < file.table.size(); ++block)
        if (file.table[block] != unusedEntry)
            visit(block * size, std::min((block + 1) * size, file.virtualSize));
}

BlockMap statesByTable(const Chain& chain, const FileLayout& layout)
{
    const VhdFile& file = chain.links.front().vhd;
    BlockMap map;
    map.blockSize = blockSizeOf(file);
    const std::uint64_t blocks =
        std::min<std::uint64_t>(divideRoundUp(file.virtualSize, map.blockSize), maxTableEntries);
    map.states.assign(blocks, file.isFixed() ? BlockState::Whole : BlockState::Nowhere);
    if (!file.isFixed()) {
        for (std::uint64_t block = 0; block < blocks; ++block) {
            if (block >= file.table.size()) {
                map.states[block] = BlockState::Outside;
                continue;
            }
            if (file.table[block] == unusedEntry)
                continue;
            const std::uint64_t place = std::uint64_t{file.table[block]} * sectorBytes;
            map.states[block] = rangeFits(place, file.slotSize(), file.fileSize)
                                    ? BlockState::Whole
                                    : BlockState::Outside;
        }
        markOverlaps(layout, map);
        markParents(chain, map);
    }
    count(map);
    return map;
}

Result<BlockMap> readBitmaps(const Chain& chain, const FileLayout& layout, const JobControl& job)
{
    const ChainLink& link = chain.links.front();
    const VhdFile& file = link.vhd;
    BlockMap map = statesByTable(chain, layout);
    if (file.isFixed())
        return map;
    map.sectorCounts.assign(map.states.size(), 0);
    Bytes bits(file.header.bitmapSize());
    const std::uint64_t total = file.allocatedBlocks();
    std::uint64_t done = 0;
    for (std::uint64_t block = 0; block < file.table.size(); ++block) {
        if (file.table[block] == unusedEntry || map.states[block] == BlockState::Outside)
            continue;
        if (done++ % checkpointEvery == 0) {
            FATLAS_TRY(job.checkpoint());
            job.report(done, total);
        }
        FATLAS_TRY(link.file.device->read(std::uint64_t{file.table[block]} * sectorBytes, bits));
        const std::uint64_t sectors = sectorsIn(file, block);
        map.sectorCounts[block] = setBitsIn(bits, sectors);
        if (map.states[block] == BlockState::Whole && map.sectorCounts[block] < sectors)
            map.states[block] = BlockState::Partial;
    }
    count(map);
    return map;
}

std::optional<std::size_t> holderOf(const Chain& chain, std::size_t from, std::uint64_t offset,
                                    std::uint64_t length)
{
    for (std::size_t link = from; link < chain.links.size(); ++link) {
        const VhdFile& file = chain.links[link].vhd;
        if (offset >= file.virtualSize)
            continue;
        if (file.isFixed())
            return link;
        const std::uint64_t size = file.header.blockSize;
        const std::uint64_t end = std::min<std::uint64_t>(
            divideRoundUp(std::min(offset + length, file.virtualSize), size), file.table.size());
        for (std::uint64_t block = offset / size; block < end; ++block)
            if (file.table[block] != unusedEntry)
                return link;
    }
    return std::nullopt;
}

} // namespace fatlas::vhd
