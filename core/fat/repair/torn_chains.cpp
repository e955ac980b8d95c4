// A file that is larger than its chain, and a lost chain that is exactly what is missing: where
// there is no doubt they belong together they are joined again.

#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/lost_chain_finder.hpp"
#include "core/fat/repair/passes.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace fatlas::fat {
namespace {

struct Torn {
    std::uint32_t node = 0;
    Cluster last;
    std::uint32_t missing = 0; ///< clusters
};

class TornChains {
public:
    explicit TornChains(RepairSession& session)
        : m_session(session), m_tree(session.tree()), m_geometry(session.geometry()), m_fat(session)
    {}

    Result<> repair()
    {
        const auto torn = findTorn();
        if (torn.empty())
            return {};
        FATLAS_ASSIGN(const auto lost, LostChainFinder(m_session, m_fat).find());
        if (torn.size() == 1 && lost.size() == 1 && fits(torn.front(), lost.front()))
            return join(torn.front(), lost.front());
        std::unordered_map<std::uint32_t, const FoundChain*> byFirst;
        for (const FoundChain& chain : lost)
            byFirst.emplace(chain.first.value, &chain);
        for (const Torn& file : torn) {
            const auto next = byFirst.find(file.last.value + 1);
            if (next != byFirst.end() && fits(file, *next->second))
                FATLAS_TRY(join(file, *next->second));
        }
        return {};
    }

private:
    [[nodiscard]] std::vector<Torn> findTorn() const
    {
        std::vector<Torn> torn;
        for (std::uint32_t node = 1; node < m_tree.nodes.size(); ++node) {
            const TreeNode& item = m_tree.nodes[node];
            const std::uint32_t needed = clustersFor(m_geometry, item.size());
            if (!item.isDirectory && item.end == ChainEnd::EndMark && item.clusterCount != 0 &&
                item.clusterCount < needed)
                torn.push_back({.node = node,
                                .last = lastOf(m_tree.runsOf(node)),
                                .missing = needed - item.clusterCount});
        }
        return torn;
    }

    static bool fits(const Torn& file, const FoundChain& chain)
    {
        return chain.hasEndMark && chain.clusterCount == file.missing;
    }

    Result<> join(const Torn& file, const FoundChain& chain)
    {
        FATLAS_TRY(m_fat.set(file.last, chain.first.value));
        m_session.noteNode(
            file.node,
            {.rule = "C10",
             .severity = Severity::Error,
             .path = {},
             .message =
                 fmt::format("the chain ends {} clusters before the file does", file.missing),
             .advice = {},
             .offset = std::nullopt,
             .cluster = file.last.value},
            fmt::format("it goes on with the lost chain from cluster {}, which is as long as what "
                        "is missing",
                        chain.first.value));
        return {};
    }

    RepairSession& m_session;
    const Tree& m_tree;
    const Geometry& m_geometry;
    FatEditor m_fat;
};

} // namespace

Result<> repairTornChains(RepairSession& session)
{
    return TornChains(session).repair();
}

} // namespace fatlas::fat
