// Files whose chain is longer or shorter than their size needs, and folders longer than any.

#include "core/base/text.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/fat_editor.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/repair/shared_clusters.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t maxDirectorySize = std::uint64_t{maxDirectorySlots} * slotSize;

class ChainSizes {
public:
    explicit ChainSizes(RepairSession& session)
        : m_session(session), m_tree(session.tree()), m_geometry(session.geometry()), m_fat(session)
    {}

    Result<> cutLong()
    {
        FATLAS_ASSIGN(m_shared, SharedClusters::find(m_tree, m_session.job()));
        for (std::uint32_t node = 0; node < m_tree.nodes.size(); ++node) {
            const TreeNode& item = m_tree.nodes[node];
            const bool isWhole = item.end == ChainEnd::EndMark || item.end == ChainEnd::Limit;
            if (isWhole && item.clusterCount > mostOf(item))
                FATLAS_TRY(cut(node, mostOf(item)));
        }
        return {};
    }

    Result<> shrinkShort()
    {
        FATLAS_ASSIGN(m_shared, SharedClusters::find(m_tree, m_session.job()));
        for (std::uint32_t node = 1; node < m_tree.nodes.size(); ++node) {
            const TreeNode& item = m_tree.nodes[node];
            if (!item.isDirectory && item.end == ChainEnd::EndMark &&
                item.clusterCount < clustersFor(m_geometry, item.size()))
                FATLAS_TRY(shrink(node));
        }
        return {};
    }

private:
    [[nodiscard]] std::uint32_t mostOf(const TreeNode& item) const
    {
        return clustersFor(m_geometry, item.isDirectory ? maxDirectorySize : item.size());
    }

    [[nodiscard]] Finding longFinding(const TreeNode& item) const
    {
        if (item.isDirectory)
            return {.rule = "D20",
                    .severity = Severity::Error,
                    .path = {},
                    .message =
                        fmt::format("the folder has {} clusters, more than 65,536 entries need",
                                    formatCount(item.clusterCount)),
                    .advice = {}};
        return {.rule = "C11",
                .severity = Severity::Error,
                .path = {},
                .message = fmt::format("the file has {} bytes, its chain of {} clusters holds more",
                                       formatCount(item.size()), formatCount(item.clusterCount)),
                .advice = {}};
    }

    /// Where somebody else's chain runs through the last cluster that is kept, it must not end
    /// there: sorting out who owns what comes first.
    Result<> cut(std::uint32_t node, std::uint32_t most)
    {
        const TreeNode& item = m_tree.nodes[node];
        if (most == 0) {
            DirectoryEntryRaw raw = item.raw;
            setFirstCluster(raw, m_geometry.type, Cluster{0});
            FATLAS_TRY(writeEntry(m_session, item.entryOffset, raw));
            m_session.noteNode(node, longFinding(item), "the empty file gives its clusters up");
            return {};
        }
        const Cluster last = clusterAt(m_tree.runsOf(node), most - 1);
        if (m_shared.contains(last))
            return {};
        FATLAS_TRY(m_fat.setEnd(last));
        m_session.noteNode(
            node, longFinding(item),
            fmt::format("the chain ends with cluster {}, where the content ends", last.value));
        return {};
    }

    Result<> shrink(std::uint32_t node)
    {
        const TreeNode& item = m_tree.nodes[node];
        if (std::ranges::any_of(m_tree.runsOf(node),
                                [&](ClusterRange run) { return m_shared.touches(run); }))
            return {};
        DirectoryEntryRaw raw = item.raw;
        raw.size.set(sizeOf(m_geometry, item.clusterCount));
        if (item.clusterCount == 0)
            setFirstCluster(raw, m_geometry.type, Cluster{0});
        FATLAS_TRY(writeEntry(m_session, item.entryOffset, raw));
        m_session.noteNode(
            node,
            {.rule = "C10",
             .severity = Severity::Error,
             .path = {},
             .message = fmt::format("the file has {} bytes, its chain of {} clusters holds fewer",
                                    formatCount(item.size()), formatCount(item.clusterCount)),
             .advice = {}},
            fmt::format("its size becomes {} bytes, what is left of it",
                        formatCount(raw.size.get())));
        return {};
    }

    RepairSession& m_session;
    const Tree& m_tree;
    const Geometry& m_geometry;
    FatEditor m_fat;
    SharedClusters m_shared;
};

} // namespace

Result<> repairLongChains(RepairSession& session)
{
    return ChainSizes(session).cutLong();
}

Result<> repairSizes(RepairSession& session)
{
    return ChainSizes(session).shrinkShort();
}

} // namespace fatlas::fat
