#include "ui/models/map_modes.hpp"

#include "core/fat/usage_looks.hpp"

#include "ui/models/map_mode_parts.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace fatlas::ui {

namespace {

using fat::ClusterState;

StateMask bit(std::uint8_t look)
{
    return static_cast<StateMask>(1U << look);
}

/// What no mode changes: those that something is wrong with.
void addTroubles(MapColouring::Parts& parts)
{
    addLook(parts, {Token::Lost, CellMark::Dot, modeWords("Lost")},
            modeWords("in use according to the FAT, but by no file"), false);
    addLook(parts, {Token::Bad, CellMark::Cross, modeWords("Bad")},
            modeWords("marked as damaged, never used"), false);
    addLook(parts, {Token::CrossLinked, CellMark::Slash, modeWords("Cross-linked")},
            modeWords("in the chains of two owners"), false);
}

MapLook freeLook()
{
    return {Token::Free, CellMark::None, modeWords("Free")};
}

MapLook systemLook()
{
    return {Token::System, CellMark::None, modeWords("Reserved")};
}

QString systemMeaning()
{
    return modeWords("boot sector, FATs, root directory, reserved");
}

bool isOwned(ClusterState state)
{
    return state == ClusterState::File || state == ClusterState::Directory;
}

} // namespace

namespace {

namespace owner_look {

constexpr std::uint8_t free = 0;
constexpr std::uint8_t firstOwner = 1;
constexpr std::uint8_t system = firstOwner + fat::ownerColourCount;
constexpr std::uint8_t lost = system + 1;
constexpr std::uint8_t bad = system + 2;
constexpr std::uint8_t crossLinked = system + 3;

} // namespace owner_look

MapColouring::Parts ownerParts()
{
    constexpr std::array tokens{Token::Owner0, Token::Owner1, Token::Owner2,
                                Token::Owner3, Token::Owner4, Token::Owner5};
    static_assert(tokens.size() == fat::ownerColourCount);
    MapColouring::Parts parts;
    addLook(parts, freeLook(), modeWords("belongs to nothing"), true);
    for (const Token token : tokens) {
        parts.peers |= bit(static_cast<std::uint8_t>(parts.looks.size()));
        parts.looks.push_back({token, CellMark::None, modeWords("Owned")});
    }
    parts.legend.insert(
        parts.legend.begin(),
        LegendEntry{modeWords("Files and folders"),
                    modeWords("a colour for each; neighbours on the disk have different ones"),
                    parts.peers, true});
    addLook(parts, systemLook(), systemMeaning(), true);
    std::rotate(parts.legend.begin(), parts.legend.end() - 1, parts.legend.end());
    addTroubles(parts);
    return parts;
}

std::uint8_t ownerLook(const fat::UsageRun& run, const std::vector<std::uint8_t>& colours)
{
    switch (run.state) {
    case ClusterState::Free: return owner_look::free;
    case ClusterState::System: return owner_look::system;
    case ClusterState::Lost: return owner_look::lost;
    case ClusterState::Bad: return owner_look::bad;
    case ClusterState::CrossLinked: return owner_look::crossLinked;
    case ClusterState::File:
    case ClusterState::Directory: break;
    }
    const bool isKnown = run.owner < colours.size() && colours[run.owner] != fat::noOwnerColour;
    return isKnown ? static_cast<std::uint8_t>(owner_look::firstOwner + colours[run.owner])
                   : owner_look::firstOwner;
}

} // namespace

SharedColouring colourOwners(const MapCells& cells, const fat::Tree& tree)
{
    const std::vector<std::uint8_t> colours = fat::ownerColours(tree, cells.map());
    LookRuns runs;
    runs.append(cells.systemCellCount(), owner_look::system);
    for (const fat::UsageRun& run : cells.map().runs())
        runs.append(run.count, ownerLook(run, colours));
    return makeColouring(ownerParts(), std::move(runs));
}

namespace {

enum FragmentLook : std::uint8_t {
    FragmentFree,
    FragmentUsed,
    FragmentStart,
    FragmentSystem,
    FragmentLost,
    FragmentBad,
    FragmentCrossLinked,
};

MapColouring::Parts fragmentParts()
{
    MapColouring::Parts parts;
    addLook(parts, freeLook(), modeWords("belongs to nothing"), true);
    addLook(parts, {Token::Used, CellMark::None, modeWords("Used")},
            modeWords("begins here, or goes on from the cluster before"), true);
    addLook(parts, {Token::RunStart, CellMark::Edge, modeWords("Fragment begins")},
            modeWords("a file or folder goes on here from somewhere else"), true);
    addLook(parts, systemLook(), systemMeaning(), true);
    addTroubles(parts);
    return parts;
}

std::uint8_t fragmentLook(ClusterState state)
{
    switch (state) {
    case ClusterState::Free: return FragmentFree;
    case ClusterState::System: return FragmentSystem;
    case ClusterState::Lost: return FragmentLost;
    case ClusterState::Bad: return FragmentBad;
    case ClusterState::CrossLinked: return FragmentCrossLinked;
    case ClusterState::File:
    case ClusterState::Directory: break;
    }
    return FragmentUsed;
}

} // namespace

SharedColouring colourFragments(const MapCells& cells)
{
    const fat::UsageMap& map = cells.map();
    LookRuns runs;
    runs.append(cells.systemCellCount(), FragmentSystem);
    for (std::size_t i = 0; i < map.runs().size(); ++i) {
        const fat::UsageRun& run = map.runs()[i];
        const std::uint32_t starts = isOwned(run.state) && fat::isFragmentStart(map, i) ? 1U : 0U;
        runs.append(starts, FragmentStart);
        runs.append(run.count - starts, fragmentLook(run.state));
    }
    return makeColouring(fragmentParts(), std::move(runs));
}

namespace {

enum FindingLook : std::uint8_t {
    FindingFree,
    FindingUsed,
    FindingSystem,
    FindingNote,
    FindingWarning,
    FindingError,
};

MapColouring::Parts findingParts()
{
    MapColouring::Parts parts;
    parts.addsWords = true;
    addLook(parts, freeLook(), modeWords("belongs to nothing"), true);
    addLook(parts, {Token::Used, CellMark::None, modeWords("Used")},
            modeWords("in use, and nothing is wrong"), true);
    addLook(parts, systemLook(), systemMeaning(), true);
    addLook(parts, {Token::File, CellMark::Ring, modeWords("Note")},
            modeWords("a finding that does no harm"), false);
    addLook(parts, {Token::Directory, CellMark::Dot, modeWords("Warning")},
            modeWords("a finding that wastes room, or will do harm; lost clusters"), true);
    addLook(parts, {Token::Lost, CellMark::Cross, modeWords("Error")},
            modeWords("a finding that loses data; cross-linked clusters"), true);
    return parts;
}

std::uint8_t findingLook(ClusterState state)
{
    switch (state) {
    case ClusterState::Free: return FindingFree;
    case ClusterState::System: return FindingSystem;
    case ClusterState::Lost: return FindingWarning;
    case ClusterState::CrossLinked: return FindingError;
    default: return FindingUsed;
    }
}

std::uint8_t findingLook(Severity severity)
{
    return severity == Severity::Error     ? FindingError
           : severity == Severity::Warning ? FindingWarning
                                           : FindingNote;
}

struct FindingCell {
    std::uint64_t cell = 0;
    std::uint8_t look = FindingNote;
};

std::optional<std::uint64_t> cellOf(const MapCells& cells, const Finding& finding,
                                    std::uint64_t volumeOffset)
{
    const fat::Geometry& geometry = cells.map().geometry();
    Finding inVolume;
    inVolume.cluster = finding.cluster;
    if (finding.offset && *finding.offset >= volumeOffset)
        inVolume.offset = *finding.offset - volumeOffset;
    if (const auto cluster = fat::clusterOf(geometry, inVolume))
        return cells.cellOfCluster(*cluster);
    const std::uint64_t systemSize = geometry.dataOffset();
    if (!inVolume.offset || *inVolume.offset >= systemSize)
        return std::nullopt;
    return *inVolume.offset * cells.systemCellCount() / systemSize;
}

/// In order, one a cell: the most important.
std::vector<FindingCell> findingCells(const MapCells& cells, std::span<const Finding> findings,
                                      std::uint64_t volumeOffset)
{
    std::vector<FindingCell> found;
    for (const Finding& finding : findings)
        if (const auto cell = cellOf(cells, finding, volumeOffset))
            found.push_back({*cell, findingLook(finding.severity)});
    std::ranges::sort(found, [](const FindingCell& a, const FindingCell& b) {
        return a.cell != b.cell ? a.cell < b.cell : a.look > b.look;
    });
    const auto rest = std::ranges::unique(found, {}, &FindingCell::cell);
    found.erase(rest.begin(), rest.end());
    return found;
}

/// Puts looks down one after another, with findings over them.
class FindingRuns {
public:
    explicit FindingRuns(std::vector<FindingCell> findings) : m_findings(std::move(findings)) {}

    void append(std::uint64_t count, std::uint8_t look)
    {
        const std::uint64_t end = m_runs.cellCount() + count;
        for (; m_next < m_findings.size() && m_findings[m_next].cell < end; ++m_next) {
            const FindingCell& finding = m_findings[m_next];
            m_runs.append(finding.cell - m_runs.cellCount(), look);
            m_runs.append(1, std::max(look, finding.look));
        }
        m_runs.append(end - m_runs.cellCount(), look);
    }

    LookRuns take() { return std::move(m_runs); }

private:
    std::vector<FindingCell> m_findings;
    std::size_t m_next = 0;
    LookRuns m_runs;
};

} // namespace

SharedColouring colourFindings(const MapCells& cells, std::span<const Finding> findings,
                               std::uint64_t volumeOffset)
{
    FindingRuns runs(findingCells(cells, findings, volumeOffset));
    runs.append(cells.systemCellCount(), FindingSystem);
    for (const fat::UsageRun& run : cells.map().runs())
        runs.append(run.count, findingLook(run.state));
    return makeColouring(findingParts(), runs.take());
}

} // namespace fatlas::ui
