#include "core/base/text.hpp"
#include "core/fat/check/chain_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace fatlas::fat {
namespace {

constexpr std::size_t checkEvery = 65536;

/// A part of a chain all of which is in another chain too.
struct SharedPiece {
    ClusterRange range;
    std::uint32_t node = 0;
};

/// What there is to say about one file or folder.
struct Sharing {
    std::uint32_t other = 0;
    Cluster first;
    std::uint64_t clusterCount = 0;
};

class SharedClusterCheck {
public:
    SharedClusterCheck(const Volume& volume, const Tree& tree, FindingList& findings)
        : m_volume(volume), m_tree(tree), m_findings(findings),
          m_owned(volume.geometry().endCluster())
    {
        // C6 has told about folders in folders already.
        for (const Finding& finding : tree.findings)
            if (finding.rule == "C6" && finding.cluster)
                m_foldersInFolders.insert(*finding.cluster);
    }

    Result<ClusterSet> check(const JobControl& job)
    {
        FATLAS_TRY(collectOwned(job));
        if (m_sharedCount != 0) {
            FATLAS_TRY(collectPieces(job));
            pairPieces();
            tell();
        }
        return std::move(m_owned);
    }

private:
    template <class Take>
    Result<> forEachRun(const JobControl& job, Take&& take)
    {
        for (std::uint32_t node = 0; node < m_tree.nodes.size(); ++node) {
            if (node % checkEvery == 0)
                FATLAS_TRY(job.checkpoint());
            for (const ClusterRange& run : m_tree.runsOf(node))
                take(node, run);
        }
        return {};
    }

    Result<> collectOwned(const JobControl& job)
    {
        return forEachRun(job, [this](std::uint32_t, const ClusterRange& run) {
            if (m_owned.findFirst(run))
                noteShared(run);
            m_owned.insert(run);
        });
    }

    /// Marks the part of a run that was in another chain before.
    void noteShared(ClusterRange run)
    {
        while (const auto first = m_owned.findFirst(run)) {
            const ClusterRange rest{.first = *first, .count = run.end() - *first};
            const Cluster end = m_owned.findFirstMissing(rest).value_or(run.end());
            if (m_sharedCount == 0)
                m_shared = ClusterSet(m_volume.geometry().endCluster());
            m_sharedCount += end - *first;
            m_shared.insert({.first = *first, .count = end - *first});
            run = {.first = end, .count = run.end() - end};
        }
    }

    Result<> collectPieces(const JobControl& job)
    {
        FATLAS_TRY(forEachRun(job, [this](std::uint32_t node, ClusterRange run) {
            while (const auto first = m_shared.findFirst(run)) {
                const ClusterRange rest{.first = *first, .count = run.end() - *first};
                const Cluster end = m_shared.findFirstMissing(rest).value_or(run.end());
                m_pieces.push_back(
                    {.range = {.first = *first, .count = end - *first}, .node = node});
                run = {.first = end, .count = run.end() - end};
            }
        }));
        std::ranges::sort(m_pieces, {}, [](const SharedPiece& p) { return p.range.first; });
        return {};
    }

    /// The piece that reaches furthest so far overlaps the next one, or none does.
    void pairPieces()
    {
        const SharedPiece* furthest = &m_pieces.front();
        for (const SharedPiece& piece : m_pieces) {
            if (&piece != furthest && piece.range.first < furthest->range.end() &&
                piece.node != furthest->node) {
                pair(piece, furthest->node);
                pair(*furthest, piece.node);
            }
            if (piece.range.end() > furthest->range.end())
                furthest = &piece;
        }
    }

    void pair(const SharedPiece& piece, std::uint32_t other)
    {
        Sharing& sharing =
            m_sharing.try_emplace(piece.node, Sharing{.other = other, .first = piece.range.first})
                .first->second;
        sharing.clusterCount = std::max<std::uint64_t>(sharing.clusterCount, piece.range.count);
        sharing.first = std::min(sharing.first, piece.range.first);
    }

    void tell()
    {
        std::vector<std::uint32_t> nodes;
        for (const auto& [node, sharing] : m_sharing)
            nodes.push_back(node);
        std::ranges::sort(nodes);
        for (const std::uint32_t node : nodes)
            tellOne(node, m_sharing.at(node));
    }

    void tellOne(std::uint32_t node, const Sharing& sharing)
    {
        const TreeNode& self = m_tree.nodes[node];
        const TreeNode& other = m_tree.nodes[sharing.other];
        if (self.isDirectory && other.isDirectory &&
            m_foldersInFolders.contains(sharing.first.value))
            return;
        if (!m_findings.hasRoomFor("C12")) {
            m_findings.addUnlisted("C12", Severity::Error);
            return;
        }
        m_findings.add({.rule = "C12",
                        .severity = Severity::Error,
                        .path = m_tree.path(node),
                        .message = fmt::format("it shares clusters with {}, from cluster {} on",
                                               escapeForTerminal(m_tree.path(sharing.other)),
                                               sharing.first.value),
                        .advice = {},
                        .offset = self.entryOffset,
                        .cluster = sharing.first.value});
    }

    const Volume& m_volume;
    const Tree& m_tree;
    FindingList& m_findings;
    ClusterSet m_owned;
    ClusterSet m_shared{Cluster{0}};
    std::uint64_t m_sharedCount = 0;
    std::vector<SharedPiece> m_pieces;
    std::unordered_map<std::uint32_t, Sharing> m_sharing;
    std::unordered_set<std::uint32_t> m_foldersInFolders;
};

} // namespace

Result<ClusterSet> checkSharedClusters(const Volume& volume, const Tree& tree,
                                       const JobControl& job, FindingList& findings)
{
    return SharedClusterCheck(volume, tree, findings).check(job);
}

} // namespace fatlas::fat
