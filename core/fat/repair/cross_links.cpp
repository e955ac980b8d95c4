// Clusters that two files or folders claim: one keeps them, the other is cut before them or, when
// both look right and there is room, gets a copy of its own.

#include "core/base/text.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/fat_editor.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/repair/shared_clusters.hpp"

#include <fmt/format.h>

#include <array>
#include <unordered_map>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t maxCopied = 256 * MiB; ///< by one repair; beyond that files are cut

/// How much a claim is worth; the greatest is served first.
enum class Claim : std::uint8_t {
    Wrong,     ///< size and chain disagree, or a folder that says of itself it lies elsewhere
    Plausible, ///< a folder without marks of its own
    Right,     ///< size and chain agree, or the folder's `.` and `..` say that it lies here
    Unmovable, ///< the root of FAT32
};

struct Contender {
    std::uint32_t node = 0;
    Claim claim = Claim::Wrong;
};

class CrossLinks {
public:
    CrossLinks(RepairSession& session, SharedClusters shared)
        : m_session(session), m_tree(session.tree()), m_geometry(session.geometry()),
          m_fat(session), m_shared(std::move(shared))
    {}

    Result<> repair()
    {
        FATLAS_ASSIGN(const auto contenders, findContenders());
        for (const Contender& contender : contenders) {
            FATLAS_TRY(m_session.job().checkpoint());
            FATLAS_TRY(serve(contender));
        }
        return {};
    }

private:
    Result<std::vector<Contender>> findContenders() const
    {
        std::vector<Contender> contenders;
        for (std::uint32_t node = 0; node < m_tree.nodes.size(); ++node) {
            const auto runs = m_tree.runsOf(node);
            if (!m_shared.touchesAny(runs))
                continue;
            FATLAS_ASSIGN(const Claim claim, claimOf(node));
            contenders.push_back({.node = node, .claim = claim});
        }
        std::ranges::stable_sort(contenders, std::ranges::greater{}, &Contender::claim);
        return contenders;
    }

    Result<Claim> claimOf(std::uint32_t node) const
    {
        const TreeNode& item = m_tree.nodes[node];
        if (node == 0)
            return Claim::Unmovable;
        if (item.isDirectory)
            return claimOfFolder(node);
        const bool agrees = item.end == ChainEnd::EndMark &&
                            item.clusterCount == clustersFor(m_geometry, item.size());
        return agrees ? Claim::Right : Claim::Wrong;
    }

    /// The folder itself is sound; what it shares is further down its chain.
    Result<Claim> claimOfRest(std::uint32_t node) const
    {
        for (const ClusterRange& run : m_tree.runsOf(node))
            for (Cluster at = run.first; at < run.end(); ++at) {
                if (!m_shared.contains(at))
                    continue;
                FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(m_session, at));
                const bool holdsSlots =
                    evidence.sensible > 0 && evidence.senseless == 0 && !evidence.hasMarks();
                return holdsSlots ? Claim::Plausible : Claim::Wrong;
            }
        return Claim::Plausible;
    }

    Result<Claim> claimOfFolder(std::uint32_t node) const
    {
        const Cluster first = m_tree.runsOf(node).front().first;
        if (!m_shared.contains(first))
            return claimOfRest(node);
        std::array<std::byte, 2 * slotSize> bytes{};
        FATLAS_TRY(m_session.read(m_geometry.clusterOffset(first), bytes));
        const auto dot = *load<DirectoryEntryRaw>(bytes);
        const auto dotDot = *load<DirectoryEntryRaw>(bytes, slotSize);
        if (!isNamed(dot, dotName) || !isNamed(dotDot, dotDotName))
            return Claim::Plausible;
        const auto& volume = m_session.volume();
        const std::uint32_t parent = m_tree.nodes[node].parent;
        const Cluster above =
            parent == 0 ? Cluster{0} : volume.firstCluster(m_tree.nodes[parent].raw);
        const bool isHere =
            volume.firstCluster(dot) == first && volume.firstCluster(dotDot) == above;
        return isHere ? Claim::Right : Claim::Wrong;
    }

    /// Takes clusters from the start on, until one is taken already.
    Result<> serve(const Contender& contender)
    {
        std::uint32_t index = 0;
        for (const ClusterRange& run : m_tree.runsOf(contender.node)) {
            for (Cluster at = run.first; at < run.end(); ++at, ++index) {
                if (!m_shared.contains(at))
                    continue;
                const auto [owner, isNew] = m_owners.try_emplace(at.value, contender.node);
                if (!isNew)
                    return takeAway(contender, {.index = index, .cluster = at}, owner->second);
            }
        }
        return {};
    }

    struct Meeting {
        std::uint32_t index = 0; ///< place in the chain of the one that comes second
        Cluster cluster;
    };

    Result<> takeAway(const Contender& loser, Meeting meeting, std::uint32_t owner)
    {
        const Finding finding{.rule = "C12",
                              .severity = Severity::Error,
                              .path = {},
                              .message = fmt::format("cluster {} belongs to {} as well",
                                                     meeting.cluster.value,
                                                     escapeForTerminal(m_tree.path(owner))),
                              .advice = {},
                              .offset = std::nullopt,
                              .cluster = meeting.cluster.value};
        if (loser.claim == Claim::Right && !m_tree.nodes[loser.node].isDirectory) {
            FATLAS_ASSIGN(const bool copied, copyRest(loser.node, meeting.index));
            if (copied) {
                m_session.noteNode(loser.node, finding,
                                   "both files keep what they share, each in clusters of its own");
                return {};
            }
        }
        if (meeting.index > 0) {
            FATLAS_TRY(m_fat.setEnd(clusterAt(m_tree.runsOf(loser.node), meeting.index - 1)));
            m_session.noteNode(loser.node, finding, "the chain ends before it");
            return {};
        }
        return dropStart(loser.node, finding);
    }

    Result<> dropStart(std::uint32_t node, const Finding& finding)
    {
        const TreeNode& item = m_tree.nodes[node];
        DirectoryEntryRaw raw = item.raw;
        setFirstCluster(raw, m_geometry.type, Cluster{0});
        raw.size.set(0);
        if (item.isDirectory)
            raw.name[0] = slot_mark::deleted;
        FATLAS_TRY(writeEntry(m_session, item.entryOffset, raw));
        m_session.noteNode(node, finding,
                           item.isDirectory
                               ? "the entry is removed: the folder can be reached elsewhere"
                               : "the file becomes empty: nothing of it is its own");
        return {};
    }

    /// False when there is no room; then nothing was changed.
    Result<bool> copyRest(std::uint32_t node, std::uint32_t index)
    {
        const std::uint32_t count = m_tree.nodes[node].clusterCount - index;
        const std::uint64_t size = std::uint64_t{count} * m_geometry.clusterSize();
        if (size > maxCopied - m_copied)
            return false;
        FATLAS_ASSIGN(const auto targets, findRoom(count));
        if (targets.size() < count)
            return false;
        m_copied += size;
        const auto sources = clustersFrom(node, index);
        for (std::uint32_t i = 0; i < count; ++i) {
            FATLAS_TRY(copyCluster(sources[i], targets[i]));
            FATLAS_TRY(i + 1 < count ? m_fat.set(targets[i], targets[i + 1].value)
                                     : m_fat.setEnd(targets[i]));
        }
        if (index > 0) {
            const Cluster before = clusterAt(m_tree.runsOf(node), index - 1);
            FATLAS_TRY(m_fat.set(before, targets.front().value));
            return true;
        }
        DirectoryEntryRaw raw = m_tree.nodes[node].raw;
        setFirstCluster(raw, m_geometry.type, targets.front());
        FATLAS_TRY(writeEntry(m_session, m_tree.nodes[node].entryOffset, raw));
        return true;
    }

    [[nodiscard]] std::vector<Cluster> clustersFrom(std::uint32_t node, std::uint32_t index) const
    {
        std::vector<Cluster> clusters;
        for (const ClusterRange& run : m_tree.runsOf(node))
            for (Cluster at = run.first; at < run.end(); ++at)
                if (index == 0)
                    clusters.push_back(at);
                else
                    --index;
        return clusters;
    }

    Result<std::vector<Cluster>> findRoom(std::uint32_t count)
    {
        std::vector<Cluster> found;
        while (found.size() < count) {
            FATLAS_ASSIGN(const auto next, m_fat.takeFree());
            if (!next)
                return found;
            found.push_back(*next);
        }
        return found;
    }

    Result<> copyCluster(Cluster from, Cluster to)
    {
        Bytes content(m_geometry.clusterSize());
        FATLAS_TRY(m_session.read(m_geometry.clusterOffset(from), content));
        return m_session.write(m_geometry.clusterOffset(to), content);
    }

    RepairSession& m_session;
    const Tree& m_tree;
    const Geometry& m_geometry;
    FatEditor m_fat;
    SharedClusters m_shared;
    std::unordered_map<std::uint32_t, std::uint32_t> m_owners; ///< of shared clusters
    std::uint64_t m_copied = 0;
};

} // namespace

Result<> repairCrossLinks(RepairSession& session)
{
    FATLAS_ASSIGN(auto shared, SharedClusters::find(session.tree(), session.job()));
    if (shared.empty())
        return {};
    return CrossLinks(session, std::move(shared)).repair();
}

} // namespace fatlas::fat
