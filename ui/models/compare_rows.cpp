#include "ui/models/compare_rows.hpp"

#include "ui/base/words.hpp"
#include "ui/models/map_mode_parts.hpp"

#include <utility>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("Compare", text);
}

/// Index of a look: System goes between what is free and what is used.
enum Look : std::uint8_t {
    LookFree,
    LookSystem,
    LookSame,
    LookOnlyRight,
    LookOnlyLeft,
    LookContent
};

std::uint8_t lookOf(fat::ClusterDifference kind)
{
    switch (kind) {
    case fat::ClusterDifference::Free: return LookFree;
    case fat::ClusterDifference::Same: return LookSame;
    case fat::ClusterDifference::OnlyAfter: return LookOnlyRight;
    case fat::ClusterDifference::OnlyBefore: return LookOnlyLeft;
    case fat::ClusterDifference::Content: return LookContent;
    }
    return LookFree;
}

MapColouring::Parts compareParts()
{
    MapColouring::Parts parts;
    addLook(parts, {Token::Free, CellMark::None, words("Free")}, words("free on both sides"), true);
    addLook(parts, {Token::System, CellMark::None, words("Reserved")},
            words("boot sector, FATs, root directory: see Fields"), true);
    addLook(parts, {Token::Used, CellMark::None, words("Same")},
            words("in use on both sides, with the same bytes"), true);
    addLook(parts, {Token::Directory, CellMark::Dot, words("Only right")},
            words("in use on the right, free on the left"), true);
    addLook(parts, {Token::File, CellMark::Bar, words("Only left")},
            words("in use on the left, free on the right"), true);
    addLook(parts, {Token::Lost, CellMark::Slash, words("Different")},
            words("in use on both sides, with other bytes"), true);
    parts.addsWords = true;
    return parts;
}

} // namespace

SharedColouring colourComparison(const MapCells& cells, std::span<const fat::ClusterDiffRun> runs)
{
    LookRuns looks;
    looks.append(cells.systemCellCount(), LookSystem);
    for (const fat::ClusterDiffRun& run : runs)
        looks.append(run.clusters.count, lookOf(run.kind));
    return makeColouring(compareParts(), std::move(looks));
}

std::vector<KeyedRowsModel::Column> fieldChangeColumns()
{
    using Kind = KeyedRowsModel::Kind;
    return {{words("Structure")},
            {words("Field")},
            {words("Left"), Kind::Monospace},
            {words("Right"), Kind::Monospace}};
}

std::vector<KeyedRow> fieldChangeRows(std::span<const fat::FieldChange> fields)
{
    std::vector<KeyedRow> rows;
    rows.reserve(fields.size());
    for (const fat::FieldChange& field : fields)
        rows.push_back({.key = rows.size(),
                        .texts = {shown(field.structure), shown(field.name), shown(field.before),
                                  shown(field.after)},
                        .toolTips = {shown(field.structure), shown(field.name), shown(field.before),
                                     shown(field.after)}});
    return rows;
}

} // namespace fatlas::ui
