// The modes that show what was read: content, and copies of the FAT.
#include "ui/base/words.hpp"
#include "ui/models/map_mode_parts.hpp"
#include "ui/models/map_modes.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

void addSystem(MapColouring::Parts& parts)
{
    addLook(parts, {Token::System, CellMark::None, modeWords("Reserved")},
            modeWords("boot sector, FATs, root directory"), true);
}

enum ContentLook : std::uint8_t {
    ContentSystem,
    ContentUnknown = contentUnknownLook,
    ContentFirstKind, ///< then as fat::ContentKind counts
};

MapColouring::Parts contentParts()
{
    MapColouring::Parts parts;
    parts.addsWords = true;
    addSystem(parts);
    addLook(parts, {Token::Window, CellMark::None, modeWords("Not read yet")},
            modeWords("will be, while this is shown"), false);
    addLook(parts, {Token::Free, CellMark::None, modeWords("Zeros")},
            modeWords("nothing but zeros"), true);
    addLook(parts, {Token::Used, CellMark::Ring, modeWords("Filled")},
            modeWords("one value throughout, as formatting leaves it"), false);
    addLook(parts, {Token::File, CellMark::None, modeWords("Other data")},
            modeWords("code, pictures, tables"), true);
    addLook(parts, {Token::RunStart, CellMark::Bar, modeWords("Text")},
            modeWords("ASCII, OEM or Unicode text"), true);
    addLook(parts, {Token::CrossLinked, CellMark::Slash, modeWords("Dense")},
            modeWords("as even as chance: compressed or encrypted"), true);
    addLook(parts, {Token::Bad, CellMark::Cross, modeWords("Unreadable")},
            modeWords("cannot be read"), false);
    return parts;
}

enum CopyLook : std::uint8_t {
    CopySystem,
    CopyFree,
    CopyUsed,
    CopyFirstDifference, ///< then as fat::CopyDifference counts
};

MapColouring::Parts copyParts(std::uint32_t readCopy, std::uint32_t otherCopy)
{
    const QString read = countText(readCopy);
    const QString other = countText(otherCopy);
    MapColouring::Parts parts;
    parts.addsWords = true;
    addSystem(parts);
    addLook(parts, {Token::Free, CellMark::None, modeWords("Free in both")},
            modeWords("the FATs agree"), true);
    addLook(parts, {Token::Used, CellMark::None, modeWords("The same in both")},
            modeWords("the FATs agree"), true);
    addLook(parts, {Token::File, CellMark::Edge, modeWords("Only in FAT %1").arg(read)},
            modeWords("in use there, free in FAT %1").arg(other), false);
    addLook(parts, {Token::Directory, CellMark::Bar, modeWords("Only in FAT %1").arg(other)},
            modeWords("in use there, free in FAT %1").arg(read), false);
    addLook(parts, {Token::Lost, CellMark::Dot, modeWords("Different values")},
            modeWords("in use in both, and they lead to different places"), true);
    return parts;
}

} // namespace

SharedColouring colourContent(const MapCells& cells, std::span<const fat::ContentRun> runs)
{
    LookRuns looks;
    looks.append(cells.systemCellCount(), ContentSystem);
    for (const fat::ContentRun& run : runs)
        looks.append(run.count, static_cast<std::uint8_t>(ContentFirstKind +
                                                          static_cast<std::uint8_t>(run.kind)));
    looks.append(cells.cellCount() - looks.cellCount(), ContentUnknown);
    return makeColouring(contentParts(), std::move(looks));
}

SharedColouring colourFatCopies(const MapCells& cells, std::span<const fat::DifferingRun> runs,
                                std::uint32_t readCopy, std::uint32_t otherCopy)
{
    LookRuns looks;
    looks.append(cells.systemCellCount(), CopySystem);
    auto next = runs.begin();
    for (const fat::UsageRun& run : cells.map().runs()) {
        const std::uint8_t look = run.state == fat::ClusterState::Free ? CopyFree : CopyUsed;
        for (Cluster at = run.first; at < run.end();) {
            while (next != runs.end() && next->clusters.end() <= at)
                ++next;
            const bool isInside = next != runs.end() && next->clusters.first <= at;
            const Cluster stop = next == runs.end() ? run.end()
                                 : isInside         ? std::min(next->clusters.end(), run.end())
                                                    : std::min(next->clusters.first, run.end());
            looks.append(stop - at,
                         isInside ? static_cast<std::uint8_t>(CopyFirstDifference +
                                                              static_cast<std::uint8_t>(next->kind))
                                  : look);
            at = stop;
        }
    }
    return makeColouring(copyParts(readCopy, otherCopy), std::move(looks));
}

} // namespace fatlas::ui
