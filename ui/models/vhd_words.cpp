#include "ui/models/vhd_words.hpp"

#include "core/vhd/timestamp.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("VhdWords", text);
}

/// "Windows" for what footers call "Wi2k"; empty for others.
QString hostText(const vhd::Tag& host)
{
    const std::string tag = vhd::tagText(host);
    if (tag == "Wi2k")
        return words("Windows");
    return tag == "Mac " ? words("a Mac") : QString();
}

QString stateText(vhd::BlockState state)
{
    switch (state) {
    case vhd::BlockState::Nowhere: return words("in no file, reads as zeros");
    case vhd::BlockState::InParent: return words("from a parent");
    case vhd::BlockState::Whole: return words("present");
    case vhd::BlockState::Partial: return words("partly present");
    case vhd::BlockState::Outside: return words("outside the file, cannot be read");
    case vhd::BlockState::Overlapping: return words("overlaps something else");
    }
    return {};
}

/// What no file of the chain holds belongs to the parent that is missing, if one is.
QString nowhereText(const vhd::Chain& chain)
{
    return chain.broken ? words("belongs to a parent that is missing")
                        : stateText(vhd::BlockState::Nowhere);
}

QString rangeText(CellRange range)
{
    return words("%1 – %2").arg(countText(range.first), countText(range.end() - 1));
}

std::uint64_t sectorsOf(const vhd::Chain& chain, const vhd::BlockMap& map, std::uint64_t block)
{
    const std::uint64_t start = block * map.blockSize;
    const std::uint64_t size = chain.links.front().vhd.virtualSize;
    return std::min(map.blockSize, size - std::min(size, start)) / vhd::sectorBytes;
}

/// Where what the first file does not hold comes from.
QString restText(const vhd::Chain& chain, const vhd::BlockMap& map, std::uint64_t block)
{
    const bool isChild = chain.links.front().vhd.footer.type == vhd::DiskType::Differencing;
    const auto holder = vhd::holderOf(chain, 1, block * map.blockSize, map.blockSize);
    if (holder)
        return vhdLinkName(chain, *holder);
    return isChild && chain.broken ? words("the parent, which is missing") : QString();
}

QString presentText(const vhd::Chain& chain, const vhd::BlockMap& map, std::uint64_t block)
{
    const vhd::VhdFile& file = chain.links.front().vhd;
    if (file.isFixed())
        return words("present, file offset %1").arg(hexText(block * map.blockSize));
    const std::uint64_t place = std::uint64_t{file.table[block]} * vhd::sectorBytes;
    if (!map.knowsBitmaps())
        return words("%1, file offset %2").arg(stateText(map.states[block]), hexText(place));
    QString text = words("%1, %2 of %3 sectors, file offset %4")
                       .arg(stateText(map.states[block]), countText(map.sectorCounts[block]),
                            countText(sectorsOf(chain, map, block)), hexText(place));
    if (map.states[block] == vhd::BlockState::Partial) {
        const QString rest = restText(chain, map, block);
        text += rest.isEmpty() ? words("; the rest reads as zeros")
                               : words("; the rest comes from %1").arg(rest);
    }
    return text;
}

} // namespace

QString vhdTypeText(vhd::DiskType type)
{
    switch (type) {
    case vhd::DiskType::Fixed: return words("Fixed disk");
    case vhd::DiskType::Dynamic: return words("Dynamic disk");
    case vhd::DiskType::Differencing: return words("Differencing disk");
    }
    return words("Disk of an unknown type");
}

QString vhdCreatorText(const vhd::Footer& footer)
{
    const std::string name = vhd::creatorName(footer.creatorApplication);
    const QString application =
        name.empty() ? words("“%1”").arg(shown(vhd::tagText(footer.creatorApplication)))
                     : shown(name);
    return words("%1 %2.%3")
        .arg(application)
        .arg(footer.creatorVersion >> 16)
        .arg(footer.creatorVersion & 0xFFFF);
}

QString vhdLinkName(const vhd::Chain& chain, std::size_t link)
{
    return shown(chain.links.at(link).path.filename().native());
}

QString vhdSavingText(const vhd::VhdFile& file)
{
    if (file.fileSize >= file.virtualSize)
        return {};
    const std::uint64_t saved = file.virtualSize - file.fileSize;
    return words("%1, %2 of the disk").arg(sizeText(saved), percentText(saved, file.virtualSize));
}

QString vhdSentence(const vhd::Inspection& inspection)
{
    const auto& chain = inspection.chain;
    if (!chain)
        return words("A file of %1 that cannot be read as a disk.")
            .arg(sizeText(inspection.file().fileSize));
    const vhd::VhdFile& file = inspection.file();
    QString text = words("%1 of %2, %3 on disk")
                       .arg(vhdTypeText(file.footer.type), sizeText(file.virtualSize),
                            sizeText(file.fileSize));
    if (file.footer.type == vhd::DiskType::Differencing)
        text += chain->links.size() > 1 ? words(", child of %1").arg(vhdLinkName(*chain, 1))
                                        : words(", child of a parent that is missing");
    const QString host = hostText(file.footer.creatorHostSystem);
    const QString time = shown(vhd::formatTimeStamp(file.footer.timeStamp)).section(u' ', 0, 0);
    text += words(". Made by %1").arg(vhdCreatorText(file.footer));
    if (!host.isEmpty())
        text += words(" for %1").arg(host);
    return text + words(" on %1.").arg(time);
}

QString vhdBlockText(const vhd::Chain& chain, const vhd::BlockMap& map, std::uint64_t block)
{
    if (block >= map.states.size())
        return {};
    QString what;
    switch (map.states[block]) {
    case vhd::BlockState::Whole:
    case vhd::BlockState::Partial:
    case vhd::BlockState::Overlapping: what = presentText(chain, map, block); break;
    case vhd::BlockState::InParent:
        what = words("not in this file, comes from %1").arg(restText(chain, map, block));
        break;
    case vhd::BlockState::Nowhere: what = nowhereText(chain); break;
    case vhd::BlockState::Outside: what = stateText(vhd::BlockState::Outside); break;
    }
    const bool isFixed = chain.links.front().vhd.isFixed();
    return (isFixed ? words("Piece %1: %2") : words("Block %1: %2")).arg(countText(block), what);
}

QString vhdBlocksText(const vhd::Chain& chain, const vhd::BlockMap& map, CellRange blocks)
{
    const std::uint64_t end = std::min<std::uint64_t>(blocks.end(), map.states.size());
    if (blocks.first >= end)
        return {};
    if (end - blocks.first == 1)
        return vhdBlockText(chain, map, blocks.first);
    std::array<bool, vhd::blockStateCount> seen{};
    for (std::uint64_t block = blocks.first; block < end; ++block)
        seen[static_cast<std::size_t>(map.states[block])] = true;
    QStringList states;
    for (std::size_t state = vhd::blockStateCount; state-- > 0;)
        if (seen[state])
            states << (state == 0 ? nowhereText(chain)
                                  : stateText(static_cast<vhd::BlockState>(state)));
    return words("Blocks %1: %2")
        .arg(rangeText({blocks.first, end - blocks.first}), states.join(words("; ")));
}

QString vhdPieceName(vhd::FilePiece::Kind kind)
{
    using Kind = vhd::FilePiece::Kind;
    switch (kind) {
    case Kind::FooterCopy: return words("Copy of the footer");
    case Kind::Header: return words("Header");
    case Kind::Table: return words("Allocation table");
    case Kind::Locator: return words("Parent locator");
    case Kind::Batmap: return words("Batmap");
    case Kind::Block: return words("Block");
    case Kind::Data: return words("The disk's bytes");
    case Kind::Footer: return words("Footer");
    case Kind::Gap: return words("Gap that nothing uses");
    }
    return {};
}

QString vhdPieceText(const vhd::FilePiece& piece)
{
    const bool isBlock = piece.kind == vhd::FilePiece::Kind::Block;
    QString name = vhdPieceName(piece.kind);
    if (isBlock)
        name += u' ' + countText(piece.block);
    QString text = words("%1: %2 at %3").arg(name, sizeText(piece.length), hexText(piece.offset));
    if (piece.isOutOfOrder)
        text += words(", out of order: a block of a higher number lies before it");
    if (piece.overlaps)
        text += words(", overlaps its neighbour");
    return text;
}

QString vhdPiecesText(const vhd::FileLayout& layout, CellRange pieces)
{
    const std::uint64_t end = std::min<std::uint64_t>(pieces.end(), layout.pieces.size());
    if (pieces.first >= end)
        return {};
    const vhd::FilePiece& first = layout.pieces[pieces.first];
    if (end - pieces.first == 1)
        return vhdPieceText(first);
    const vhd::FilePiece& last = layout.pieces[end - 1];
    return words("%1 pieces of the file, from %2 to %3")
        .arg(countText(end - pieces.first), hexText(first.offset), hexText(last.end()));
}

QString vhdAnswerText(const vhd::Chain& chain, const vhd::Answer& answer, std::uint64_t sector)
{
    const QString which = words("Sector %1").arg(countText(sector));
    switch (answer.who) {
    case vhd::Answer::Who::Nobody: return words("%1 is in no file: it reads as zeros.").arg(which);
    case vhd::Answer::Who::Missing:
        return words("%1 belongs to a parent that is missing: it cannot be read.").arg(which);
    case vhd::Answer::Who::File: break;
    }
    const vhd::VhdFile& file = chain.links.at(answer.link).vhd;
    const std::uint64_t offset = sector * vhd::sectorBytes;
    const QString place = hexText(answer.fileOffset + (offset - answer.offset));
    const QString name = vhdLinkName(chain, answer.link);
    if (file.isFixed())
        return words("%1 comes from %2, file offset %3.").arg(which, name, place);
    return words("%1 comes from %2, block %3, file offset %4.")
        .arg(which, name, countText(offset / file.header.blockSize), place);
}

} // namespace fatlas::ui
