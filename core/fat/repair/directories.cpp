// One directory after the other, each read once.

#include "core/fat/repair/directory_passes.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/repair/shared_clusters.hpp"

namespace fatlas::fat {
namespace {

Result<> repairOne(RepairSession& session, std::uint32_t node)
{
    FATLAS_ASSIGN(SlotEditor slots, SlotEditor::read(session, node));
    repairDots(session, slots);
    FATLAS_TRY(repairLabels(session, slots));
    repairLongNames(slots);
    repairEntryFields(session, slots);
    FATLAS_TRY(repairNames(session, slots));
    return slots.writeBack();
}

} // namespace

Result<> repairDirectories(RepairSession& session)
{
    const Tree& tree = session.tree();
    FATLAS_ASSIGN(const auto shared, SharedClusters::find(tree, session.job()));
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
        if (!tree.nodes[node].isDirectory || shared.touchesAny(tree.runsOf(node)))
            continue;
        FATLAS_TRY(session.job().checkpoint());
        FATLAS_TRY(repairOne(session, node));
    }
    return {};
}

} // namespace fatlas::fat
