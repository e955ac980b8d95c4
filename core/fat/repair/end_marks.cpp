// Entries behind the end mark of a directory: files that a stray end mark hides come back, what is
// left of former times is removed.

#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/repair/shared_clusters.hpp"
#include "core/fat/repair/slot_editor.hpp"
#include "core/fat/stored_name.hpp"

#include <fmt/format.h>

#include <optional>

namespace fatlas::fat {
namespace {

class EndMarks {
public:
    explicit EndMarks(RepairSession& session) : m_session(session) {}

    Result<> repair()
    {
        const Tree& tree = m_session.tree();
        FATLAS_ASSIGN(const auto shared, SharedClusters::find(tree, m_session.job()));
        for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
            // Part of it may be the content of a file: who owns what is sorted out first.
            if (!tree.nodes[node].isDirectory || shared.touchesAny(tree.runsOf(node)))
                continue;
            FATLAS_TRY(m_session.job().checkpoint());
            FATLAS_ASSIGN(SlotEditor slots, SlotEditor::read(m_session, node));
            FATLAS_TRY(repairOne(slots));
        }
        return {};
    }

private:
    Result<> repairOne(SlotEditor& slots)
    {
        const std::uint32_t end = endOf(slots);
        std::uint32_t lastRevived = end;
        bool hasStrays = false;
        for (std::uint32_t slot = end; slot < slots.count(); ++slot) {
            if (slots.isFree(slot))
                continue;
            hasStrays = true;
            FATLAS_ASSIGN(const bool isReal, isHiddenFile(slots, slot));
            if (isReal)
                lastRevived = slot;
        }
        if (!hasStrays)
            return {};
        if (lastRevived > end)
            uncover(slots, end, lastRevived);
        removeRest(slots, lastRevived > end ? lastRevived + 1 : end);
        return slots.writeBack();
    }

    /// `.` and `..` are written anew elsewhere.
    static std::uint32_t endOf(const SlotEditor& slots)
    {
        for (std::uint32_t slot = slots.isRoot() ? 0 : 2; slot < slots.count(); ++slot)
            if (slots.entry(slot).name[0] == slot_mark::end)
                return slot;
        return slots.count();
    }

    /// It owns a chain that is whole, and nobody else does.
    Result<bool> isHiddenFile(const SlotEditor& slots, std::uint32_t slot)
    {
        const DirectoryEntryRaw raw = slots.entry(slot);
        const Cluster first = m_session.volume().firstCluster(raw);
        if (slots.isLong(slot) || slots.isLabel(slot) || isImpossibleShortName(raw.name) ||
            isSenseless(m_session, raw) || !m_session.geometry().isData(first) || isOwned(first))
            return false;
        FATLAS_ASSIGN(const Chain chain, m_session.volume().chain(first));
        if (chain.end != ChainEnd::EndMark)
            return false;
        if ((raw.attributes & attribute::directory) == 0)
            return chain.clusterCount == clustersFor(m_session.geometry(), raw.size.get());
        FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(m_session, first));
        return evidence.hasDot;
    }

    bool isOwned(Cluster cluster)
    {
        if (m_owned.empty()) {
            m_owned.resize(m_session.geometry().endCluster().value);
            for (const ClusterRange& run : m_session.tree().runs)
                std::fill_n(m_owned.begin() + run.first.value, run.count, true);
        }
        return m_owned[cluster.value];
    }

    /// The end marks in front become deleted slots; names that need no content come along.
    static void uncover(SlotEditor& slots, std::uint32_t from, std::uint32_t last)
    {
        slots.note(from, "D5", "an end mark hides files behind it",
                   fmt::format("it is taken away: slots {} to {} are read again", from, last));
        for (std::uint32_t slot = from; slot < last; ++slot)
            if (slots.entry(slot).name[0] == slot_mark::end)
                slots.remove(slot);
    }

    static void removeRest(SlotEditor& slots, std::uint32_t from)
    {
        std::optional<std::uint32_t> first;
        std::uint32_t count = 0;
        for (std::uint32_t slot = from; slot < slots.count(); ++slot) {
            if (slots.isFree(slot))
                continue;
            slots.remove(slot);
            first = first.value_or(slot);
            ++count;
        }
        if (first)
            slots.note(*first, "D5", fmt::format("{} entries behind the end mark", count),
                       "they are marked as deleted");
    }

    RepairSession& m_session;
    std::vector<bool> m_owned;
};

} // namespace

Result<> repairEndMarks(RepairSession& session)
{
    return EndMarks(session).repair();
}

} // namespace fatlas::fat
