#include "core/fat/owned_runs.hpp"

#include <algorithm>
#include <set>

namespace fatlas::fat {
namespace {

constexpr std::size_t checkEvery = 65536;

ClusterState stateOf(const TreeNode& node)
{
    return node.isDirectory ? ClusterState::Directory : ClusterState::File;
}

std::vector<UsageRun> allRuns(const Tree& tree)
{
    std::vector<UsageRun> runs;
    runs.reserve(tree.runs.size());
    for (std::uint32_t owner = 0; owner < tree.nodes.size(); ++owner) {
        std::uint32_t part = 0;
        for (const ClusterRange& range : tree.runsOf(owner)) {
            runs.push_back({.first = range.first,
                            .count = range.count,
                            .owner = owner,
                            .part = part,
                            .state = stateOf(tree.nodes[owner])});
            part += range.count;
        }
    }
    std::ranges::sort(runs, {}, &UsageRun::first);
    return runs;
}

/// Sweeps over the starts and ends of runs; between two of them the set of owners is constant.
class OwnerSweep {
public:
    void add(const UsageRun& run)
    {
        advance(run.first);
        m_byEnd.emplace(run.end(), &run);
        m_byOwner.emplace(run.owner, &run);
    }

    std::vector<UsageRun> finish()
    {
        while (!m_byEnd.empty())
            advance(m_byEnd.begin()->first);
        return std::move(m_runs);
    }

private:
    /// Writes down everything before `cluster` and lets go of what ends there.
    void advance(Cluster cluster)
    {
        while (!m_byEnd.empty() && m_byEnd.begin()->first <= cluster) {
            const auto [end, run] = *m_byEnd.begin();
            emit(end);
            m_byEnd.erase(m_byEnd.begin());
            m_byOwner.erase({run->owner, run});
        }
        emit(cluster);
    }

    void emit(Cluster end)
    {
        if (m_at < end && !m_byOwner.empty()) {
            const UsageRun& owner = *m_byOwner.begin()->second;
            m_runs.push_back(
                {.first = m_at,
                 .count = end - m_at,
                 .owner = owner.owner,
                 .part = owner.part + (m_at - owner.first),
                 .state = m_byOwner.size() > 1 ? ClusterState::CrossLinked : owner.state});
        }
        m_at = std::max(m_at, end);
    }

    Cluster m_at;
    std::set<std::pair<Cluster, const UsageRun*>> m_byEnd;
    std::set<std::pair<std::uint32_t, const UsageRun*>> m_byOwner;
    std::vector<UsageRun> m_runs;
};

/// Ordered runs of a sound volume, each beginning where the one before ends or later.
bool areDisjoint(const std::vector<UsageRun>& runs)
{
    const auto overlap = [](const UsageRun& a, const UsageRun& b) { return b.first < a.end(); };
    return std::ranges::adjacent_find(runs, overlap) == runs.end();
}

} // namespace

Result<std::vector<UsageRun>> ownedRuns(const Tree& tree, const JobControl& job)
{
    std::vector<UsageRun> runs = allRuns(tree);
    FATLAS_TRY(job.checkpoint());
    if (areDisjoint(runs))
        return runs;
    OwnerSweep sweep;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (i % checkEvery == 0)
            FATLAS_TRY(job.checkpoint());
        sweep.add(runs[i]);
    }
    return sweep.finish();
}

} // namespace fatlas::fat
