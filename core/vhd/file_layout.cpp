// The pieces of a VHD file in the order in which they lie there.
#include "core/base/checked.hpp"
#include "core/vhd/block_map.hpp"

#include <algorithm>
#include <optional>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t alignmentSlack = 4096;

using Kind = FilePiece::Kind;

class Layout {
public:
    explicit Layout(const VhdFile& file) : m_file(file) {}

    FileLayout make()
    {
        addStructures();
        addBlocks();
        std::ranges::stable_sort(m_pieces, {}, &FilePiece::offset);
        findGaps();
        return std::move(m_layout);
    }

private:
    void add(Kind kind, std::uint64_t offset, std::uint64_t length)
    {
        if (length != 0 && rangeFits(offset, length, m_file.fileSize))
            m_pieces.push_back({.offset = offset, .length = length, .kind = kind});
    }

    void addStructures();
    void addBlocks();
    void findGaps();
    void addGap(std::uint64_t from, std::uint64_t to);
    void markBlock(FilePiece& piece);

    const VhdFile& m_file;
    std::vector<FilePiece> m_pieces;
    FileLayout m_layout;
    std::optional<std::uint32_t> m_highest; ///< block so far
};

void Layout::addStructures()
{
    if (m_file.isFixed()) {
        add(Kind::Data, 0, std::min(m_file.virtualSize, m_file.tail.offset));
    } else {
        add(Kind::FooterCopy, 0, footerSize);
        add(Kind::Header, m_file.footer.dataOffset, headerSize);
        add(Kind::Table, m_file.header.tableOffset,
            std::min(m_file.header.tableSize(),
                     m_file.fileSize - std::min(m_file.fileSize, m_file.header.tableOffset)));
        for (const ParentLocator& locator : m_file.locators)
            add(Kind::Locator, locator.offset, locator.length);
        if (m_file.batmap) {
            add(Kind::Batmap, m_file.batmap->headerOffset, sectorBytes);
            add(Kind::Batmap, m_file.batmap->mapOffset,
                m_file.batmap->map ? m_file.batmap->mapSize : 0);
        }
    }
    if (m_file.tail.state != FooterCopy::State::Missing)
        add(Kind::Footer, m_file.tail.offset, m_file.tail.size);
}

void Layout::addBlocks()
{
    if (m_file.isFixed())
        return;
    const std::uint64_t slot = m_file.slotSize();
    m_pieces.reserve(m_pieces.size() + m_file.allocatedBlocks());
    for (std::uint32_t block = 0; block < m_file.table.size(); ++block) {
        const std::uint64_t offset = std::uint64_t{m_file.table[block]} * sectorBytes;
        if (m_file.table[block] != unusedEntry && rangeFits(offset, slot, m_file.fileSize))
            m_pieces.push_back(
                {.offset = offset, .length = slot, .block = block, .kind = Kind::Block});
    }
}

void Layout::addGap(std::uint64_t from, std::uint64_t to)
{
    if (to <= from)
        return;
    if (to - from < alignmentSlack) {
        m_layout.slackBytes += to - from;
        return;
    }
    m_layout.gapBytes += to - from;
    m_layout.pieces.push_back({.offset = from, .length = to - from, .kind = Kind::Gap});
}

void Layout::markBlock(FilePiece& piece)
{
    if (m_highest && piece.block < *m_highest) {
        piece.isOutOfOrder = true;
        ++m_layout.outOfOrderCount;
    }
    m_highest = std::max(m_highest.value_or(0), piece.block);
}

/// Structures may share space with each other, blocks share with nobody.
void Layout::findGaps()
{
    std::uint64_t reached = 0;
    std::optional<std::size_t> last; // the piece that reached so far, when it is a block
    m_layout.pieces.reserve(m_pieces.size());
    for (FilePiece& piece : m_pieces) {
        const bool isBlock = piece.kind == Kind::Block;
        addGap(reached, piece.offset);
        if (isBlock)
            markBlock(piece);
        if (piece.offset < reached && (isBlock || last)) {
            piece.overlaps = true;
            ++m_layout.overlapCount;
            if (last)
                m_layout.pieces[*last].overlaps = true;
        }
        m_layout.pieces.push_back(piece);
        if (piece.end() > reached) {
            reached = piece.end();
            last = isBlock ? std::optional(m_layout.pieces.size() - 1) : std::nullopt;
        }
    }
    addGap(reached, m_file.fileSize);
}

} // namespace

FileLayout layOutFile(const VhdFile& file)
{
    return Layout(file).make();
}

} // namespace fatlas::vhd
