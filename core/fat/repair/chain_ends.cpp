// C1 to C5: chains that do not end with an end mark are cut where they go wrong.

#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/fat_editor.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/lost_root.hpp"
#include "core/fat/repair/passes.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

struct EndText {
    const char* rule;
    const char* what;
};

EndText describe(ChainEnd end)
{
    switch (end) {
    case ChainEnd::Free: return {.rule = "C1", .what = "runs into a free cluster"};
    case ChainEnd::Bad: return {.rule = "C2", .what = "runs into a bad cluster"};
    case ChainEnd::Reserved: return {.rule = "C3", .what = "runs into a reserved number"};
    case ChainEnd::OutOfRange: return {.rule = "C4", .what = "leaves the volume"};
    case ChainEnd::Loop: return {.rule = "C5", .what = "comes back to itself"};
    case ChainEnd::EndMark:
    case ChainEnd::Limit: break;
    }
    return {.rule = "", .what = ""};
}

class ChainEnds {
public:
    explicit ChainEnds(RepairSession& session)
        : m_session(session), m_tree(session.tree()), m_geometry(session.geometry()), m_fat(session)
    {}

    Result<> repair()
    {
        for (std::uint32_t node = 0; node < m_tree.nodes.size(); ++node) {
            const ChainEnd end = m_tree.nodes[node].end;
            if (end == ChainEnd::EndMark || end == ChainEnd::Limit)
                continue;
            if (m_tree.nodes[node].runCount != 0) {
                FATLAS_TRY(cut(node));
                continue;
            }
            if (node == 0)
                return repairLostRoot(m_session, m_fat); // everything is in another place then
            FATLAS_ASSIGN(const bool revived, reviveFolder(node));
            if (!revived)
                FATLAS_TRY(dropStart(node));
        }
        return {};
    }

private:
    [[nodiscard]] Finding findingOf(std::uint32_t node) const
    {
        const TreeNode& item = m_tree.nodes[node];
        const EndText text = describe(item.end);
        const Cluster first = firstOf(node);
        return {.rule = text.rule,
                .severity = Severity::Error,
                .path = {},
                .message = fmt::format("the chain from cluster {} {} after {} clusters",
                                       first.value, text.what, item.clusterCount),
                .advice = {},
                .offset = std::nullopt,
                .cluster = first.value};
    }

    [[nodiscard]] Cluster firstOf(std::uint32_t node) const
    {
        return node == 0 ? m_geometry.rootCluster
                         : m_session.volume().firstCluster(m_tree.nodes[node].raw);
    }

    /// Several files can share the end: the second finds it mended.
    Result<> cut(std::uint32_t node)
    {
        const Cluster last = lastOf(m_tree.runsOf(node));
        FATLAS_ASSIGN(const FatEntry entry, m_fat.entry(last));
        if (entry.kind == EntryKind::End)
            return {};
        FATLAS_TRY(m_fat.setEnd(last));
        m_session.noteNode(node, findingOf(node),
                           fmt::format("the chain ends with cluster {}", last.value));
        return {};
    }

    /// A first cluster that is marked free or bad, but holds a folder all the same.
    Result<bool> reviveFolder(std::uint32_t node)
    {
        const TreeNode& item = m_tree.nodes[node];
        const Cluster first = firstOf(node);
        if (!item.isDirectory || !m_geometry.isData(first))
            return false;
        FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(m_session, first));
        if (!evidence.hasDot || !evidence.hasDotDot)
            return false;
        FATLAS_TRY(m_fat.setEnd(first));
        m_session.noteNode(
            node, findingOf(node),
            fmt::format("cluster {} holds the folder: the chain is there and ends", first.value));
        return true;
    }

    /// The very first cluster is not one that can be used.
    Result<> dropStart(std::uint32_t node)
    {
        const TreeNode& item = m_tree.nodes[node];
        DirectoryEntryRaw raw = item.raw;
        if (item.isDirectory) {
            raw.name[0] = slot_mark::deleted;
            FATLAS_TRY(writeEntry(m_session, item.entryOffset, raw));
            m_session.noteNode(node, findingOf(node),
                               "the entry of the folder is removed: it has no content");
            return {};
        }
        setFirstCluster(raw, m_geometry.type, Cluster{0});
        raw.size.set(0);
        FATLAS_TRY(writeEntry(m_session, item.entryOffset, raw));
        m_session.noteNode(node, findingOf(node), "the file becomes empty: it has no content");
        return {};
    }

    RepairSession& m_session;
    const Tree& m_tree;
    const Geometry& m_geometry;
    FatEditor m_fat;
};

} // namespace

Result<> repairChainEnds(RepairSession& session)
{
    return ChainEnds(session).repair();
}

} // namespace fatlas::fat
