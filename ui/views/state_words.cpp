#include "ui/views/state_words.hpp"

#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

Token tokenOf(fat::ClusterState state)
{
    switch (state) {
    case fat::ClusterState::Free: return Token::Free;
    case fat::ClusterState::File: return Token::File;
    case fat::ClusterState::Directory: return Token::Directory;
    case fat::ClusterState::System: return Token::System;
    case fat::ClusterState::Lost: return Token::Lost;
    case fat::ClusterState::Bad: return Token::Bad;
    case fat::ClusterState::CrossLinked: return Token::CrossLinked;
    }
    return Token::Free;
}

CellMark markOf(fat::ClusterState state)
{
    switch (state) {
    case fat::ClusterState::Directory: return CellMark::Bar;
    case fat::ClusterState::Lost: return CellMark::Dot;
    case fat::ClusterState::Bad: return CellMark::Cross;
    case fat::ClusterState::CrossLinked: return CellMark::Slash;
    default: return CellMark::None;
    }
}

const std::vector<MapLook>& stateLooks()
{
    static const std::vector<MapLook> looks = [] {
        std::vector<MapLook> all;
        for (std::size_t i = 0; i < fat::clusterStateCount; ++i) {
            const auto state = static_cast<fat::ClusterState>(i);
            all.push_back({tokenOf(state), markOf(state), nameOf(state)});
        }
        return all;
    }();
    return looks;
}

QString nameOf(fat::ClusterState state)
{
    switch (state) {
    case fat::ClusterState::Free: return u"Free"_s;
    case fat::ClusterState::File: return u"File"_s;
    case fat::ClusterState::Directory: return u"Directory"_s;
    case fat::ClusterState::System: return u"Reserved"_s;
    case fat::ClusterState::Lost: return u"Lost"_s;
    case fat::ClusterState::Bad: return u"Bad"_s;
    case fat::ClusterState::CrossLinked: return u"Cross-linked"_s;
    }
    return {};
}

QString meaningOf(fat::ClusterState state)
{
    switch (state) {
    case fat::ClusterState::Free: return u"free: belongs to nothing"_s;
    case fat::ClusterState::File: return u"content of a file"_s;
    case fat::ClusterState::Directory: return u"entries of a folder"_s;
    case fat::ClusterState::System: return u"boot sector, FATs, root directory, reserved"_s;
    case fat::ClusterState::Lost: return u"lost: in use according to the FAT, but by no file"_s;
    case fat::ClusterState::Bad: return u"bad: marked as damaged, never used"_s;
    case fat::ClusterState::CrossLinked: return u"cross-linked: in the chains of two owners"_s;
    }
    return {};
}

namespace {

QString describeOne(const MapCells& cells, std::uint64_t cell)
{
    const auto cluster = cells.clusterOfCell(cell);
    if (!cluster)
        return u"System area: "_s + meaningOf(fat::ClusterState::System);
    const fat::UsageRun& run = *cells.runOfCell(cell);
    QString text = u"Cluster "_s + QString::number(cluster->value) + u": "_s;
    if (run.owner == fat::noOwner)
        return text + meaningOf(run.state);
    const std::uint64_t part = std::uint64_t{run.part} + (*cluster - run.first) + 1;
    text += nameOf(run.state).toLower() + u", part "_s + countText(part) + u" of "_s +
            countText(cells.clusterCountOfOwner(run.owner));
    return text;
}

} // namespace

QString describeCells(const MapCells& cells, CellRange range)
{
    if (range.count == 0)
        return {};
    if (range.count == 1)
        return describeOne(cells, range.first);
    const StateMask mask = cells.statesInCells(range);
    QStringList states;
    for (const fat::ClusterState state : legendOrder)
        if (mask & maskOf(state))
            states << nameOf(state).toLower();
    const auto first = cells.clusterOfCell(std::max(range.first, cells.systemCellCount()));
    const auto last = cells.clusterOfCell(std::min(range.end(), cells.cellCount()) - 1);
    if (!first || !last)
        return u"System area: "_s + meaningOf(fat::ClusterState::System);
    return u"Clusters "_s + runText({*first, *last - *first + 1}) + u": "_s + states.join(u", "_s);
}

} // namespace fatlas::ui
