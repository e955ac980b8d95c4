// A folder whose clusters hold a file's content became one by a wrong bit, and a file that begins
// with `.` and `..` is a folder.

#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/passes.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

class Kinds {
public:
    explicit Kinds(RepairSession& session) : m_session(session), m_tree(session.tree()) {}

    Result<> repair()
    {
        for (std::uint32_t node = 1; node < m_tree.nodes.size(); ++node) {
            const TreeNode& item = m_tree.nodes[node];
            if (item.runCount == 0 || (!item.isDirectory && item.size() != 0))
                continue;
            FATLAS_ASSIGN(const FolderEvidence evidence,
                          lookAtFolder(m_session, m_tree.runsOf(node).front().first));
            if (item.isDirectory && isFile(item, evidence))
                FATLAS_TRY(makeFile(node));
            if (!item.isDirectory && evidence.hasDot && evidence.hasDotDot)
                FATLAS_TRY(makeFolder(node));
        }
        return {};
    }

private:
    /// A size that fits the chain speaks for a file, unless a folder is plain to see.
    [[nodiscard]] bool isFile(const TreeNode& item, const FolderEvidence& evidence) const
    {
        if (evidence.hasMarks())
            return false;
        const bool sizeFits =
            item.size() != 0 && clustersFor(m_session.geometry(), item.size()) == item.clusterCount;
        return sizeFits || evidence.senseless > evidence.sensible;
    }

    Result<> makeFile(std::uint32_t node)
    {
        const TreeNode& item = m_tree.nodes[node];
        DirectoryEntryRaw raw = item.raw;
        raw.attributes &= static_cast<std::uint8_t>(~unsigned{attribute::directory});
        const std::uint32_t whole = sizeOf(m_session.geometry(), item.clusterCount);
        if (clustersFor(m_session.geometry(), raw.size.get()) != item.clusterCount)
            raw.size.set(whole);
        m_session.noteNode(node,
                           {.rule = "D1",
                            .severity = Severity::Error,
                            .path = {},
                            .message = "the entry says it is a folder, its clusters hold none",
                            .advice = {}},
                           fmt::format("it becomes a file of {} bytes", raw.size.get()));
        return writeEntry(m_session, item.entryOffset, raw);
    }

    Result<> makeFolder(std::uint32_t node)
    {
        const TreeNode& item = m_tree.nodes[node];
        DirectoryEntryRaw raw = item.raw;
        raw.attributes |= attribute::directory;
        m_session.noteNode(node,
                           {.rule = "D1",
                            .severity = Severity::Error,
                            .path = {},
                            .message = "the entry says it is a file, its clusters hold a folder",
                            .advice = {}},
                           "it becomes a folder again");
        return writeEntry(m_session, item.entryOffset, raw);
    }

    RepairSession& m_session;
    const Tree& m_tree;
};

} // namespace

Result<> repairKinds(RepairSession& session)
{
    return Kinds(session).repair();
}

} // namespace fatlas::fat
