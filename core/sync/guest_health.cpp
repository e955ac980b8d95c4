#include "core/sync/guest_health.hpp"

#include "core/sync/cluster_runs.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fatlas::sync {

namespace {

using fat::Geometry;
using fat::TreeNode;
using fat::UsageRun;

/// Of all clusters that known entries have, in order; the first owner counts.
std::vector<UsageRun> knownRuns(const KnownTree& known)
{
    std::vector<UsageRun> runs;
    for (const KnownId id : known.inOrder())
        for (const ClusterRange& run : known.at(id).runs)
            runs.push_back({.first = run.first, .count = run.count, .owner = id});
    std::ranges::sort(runs, {}, &UsageRun::first);
    return runs;
}

class HealthCheck {
public:
    HealthCheck(const GuestTree& guest, const KnownTree& known, Folders folders)
        : m_guest(guest), m_known(known), m_folders(folders), m_knownRuns(knownRuns(known)),
          m_geometry(guest.volume->geometry())
    {}

    Result<std::vector<Health>> run()
    {
        m_health.assign(m_guest.tree->nodes.size(), Health::Good);
        findShared();
        for (std::uint32_t i = 0; i < m_health.size(); ++i) {
            FATLAS_ASSIGN(m_health[i], judge(i));
        }
        return std::move(m_health);
    }

private:
    Result<Health> judge(std::uint32_t index)
    {
        const TreeNode& node = m_guest.node(index);
        if (index != 0 && m_health[node.parent] != Health::Good)
            return Health::InWaitingFolder;
        if (index != 0 && m_health[index] == Health::CrossLinked)
            return Health::CrossLinked;
        if (const Health chain = judgeChain(index, node); chain != Health::Good)
            return chain;
        if (isUnchanged(index))
            return Health::Good;
        const bool isTrusted = node.isDirectory && m_folders == Folders::AsTheyAre;
        if (!isTrusted && !areClustersWritten(index))
            return Health::Unwritten;
        return node.isDirectory && index != 0 ? judgeDots(index) : Health::Good;
    }

    [[nodiscard]] Health judgeChain(std::uint32_t index, const TreeNode& node) const
    {
        const bool hasFixedRoot = m_geometry.type != fat::FatType::Fat32;
        if (index == 0 && hasFixedRoot)
            return Health::Good;
        const bool needsCluster = node.isDirectory || node.size() != 0;
        const bool hasChain = index == 0 || m_guest.firstCluster(index).value != 0;
        if (!needsCluster && !hasChain)
            return Health::Good;
        if (node.end != fat::ChainEnd::EndMark)
            return Health::ChainBroken;
        const std::uint64_t room = std::uint64_t{node.clusterCount} * m_geometry.clusterSize();
        if ((node.isDirectory && room == 0) || (!node.isDirectory && room < node.size()))
            return Health::ChainShort;
        return Health::Good;
    }

    /// As it was when host and guest agreed, clusters and all: no need to look closer.
    [[nodiscard]] bool isUnchanged(std::uint32_t index) const
    {
        const auto runs = m_guest.tree->runsOf(index);
        if (runs.empty())
            return true;
        const UsageRun* known = findRun(m_knownRuns, runs.front().first);
        return known != nullptr && belongsTo(*known, index) &&
               std::ranges::equal(m_known.at(known->owner).runs, runs);
    }

    /// What was nobody's must have been written before it is taken for content.
    [[nodiscard]] bool areClustersWritten(std::uint32_t index) const
    {
        const TreeNode& node = m_guest.node(index);
        std::uint64_t left = node.isDirectory ? UINT64_MAX : node.size();
        for (const ClusterRange& run : m_guest.tree->runsOf(index)) {
            for (Cluster at = run.first; at < run.end() && left != 0;) {
                const UsageRun stretch = stretchAt(at, run.end());
                const std::uint64_t bytes = std::min<std::uint64_t>(
                    left, std::uint64_t{stretch.count} * m_geometry.clusterSize());
                if (!belongsTo(stretch, index) &&
                    !m_guest.disk.log->covers(
                        {.offset = m_guest.disk.volumeOffset + m_geometry.clusterOffset(at),
                         .length = bytes}))
                    return false;
                left -= bytes;
                at = stretch.end();
            }
        }
        return true;
    }

    /// From `at`, as far as the same known entry had it (owner `none`: nobody), up to `end`.
    [[nodiscard]] UsageRun stretchAt(Cluster at, Cluster end) const
    {
        if (const UsageRun* run = findRun(m_knownRuns, at))
            return {.first = at, .count = std::min(run->end(), end) - at, .owner = run->owner};
        const auto next = std::ranges::upper_bound(m_knownRuns, at, {}, &UsageRun::first);
        const Cluster stop = next == m_knownRuns.end() ? end : std::min(next->first, end);
        return {.first = at, .count = stop - at, .owner = none};
    }

    /// Clusters keep their meaning with the entry they belonged to, whatever it is called now.
    [[nodiscard]] bool belongsTo(const UsageRun& stretch, std::uint32_t index) const
    {
        if (stretch.owner == none)
            return false;
        const KnownEntry& entry = m_known.at(stretch.owner);
        return entry.isDirectory == m_guest.node(index).isDirectory &&
               (entry.firstCluster == m_guest.firstCluster(index) ||
                entry.guestName == m_guest.node(index).name);
    }

    Result<Health> judgeDots(std::uint32_t index) const
    {
        const Cluster first = m_guest.firstCluster(index);
        std::array<std::byte, 2 * fat::slotSize> bytes{};
        FATLAS_TRY(m_guest.volume->device().read(m_geometry.clusterOffset(first), bytes));
        const auto dot = *load<fat::DirectoryEntryRaw>(bytes);
        const std::string_view name(reinterpret_cast<const char*>(dot.name.data()),
                                    dot.name.size());
        const bool isDot = name == ".          " &&
                           (dot.attributes & fat::attribute::directory) != 0 &&
                           m_guest.volume->firstCluster(dot) == first;
        return isDot ? Health::Good : Health::NoFolder;
    }

    void findShared()
    {
        std::vector<ClusterRange> shared;
        for (const UsageRun& run : *m_guest.owned)
            if (run.state == fat::ClusterState::CrossLinked)
                shared.push_back({.first = run.first, .count = run.count});
        if (shared.empty())
            return;
        for (std::uint32_t i = 0; i < m_guest.tree->nodes.size(); ++i)
            for (const ClusterRange& run : m_guest.tree->runsOf(i))
                if (touchesAny(shared, run))
                    m_health[i] = Health::CrossLinked;
    }

    const GuestTree& m_guest;
    const KnownTree& m_known;
    Folders m_folders;
    std::vector<UsageRun> m_knownRuns;
    const Geometry& m_geometry;
    std::vector<Health> m_health;
};

} // namespace

Result<std::vector<Health>> judgeHealth(const GuestTree& guest, const KnownTree& known,
                                        Folders folders)
{
    return HealthCheck(guest, known, folders).run();
}

} // namespace fatlas::sync
