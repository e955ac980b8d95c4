#include "core/sync/guest_tree.hpp"

#include "core/block/slice_device.hpp"
#include "core/fat/owned_runs.hpp"

#include <algorithm>
#include <array>

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

const UsageRun* runAt(const std::vector<UsageRun>& runs, Cluster cluster)
{
    const auto after = std::ranges::upper_bound(runs, cluster, {}, &UsageRun::first);
    if (after == runs.begin())
        return nullptr;
    const UsageRun& run = *std::prev(after);
    return cluster < run.end() ? &run : nullptr;
}

class HealthCheck {
public:
    HealthCheck(GuestTree& guest, const KnownTree& known, Folders folders)
        : m_guest(guest), m_known(known), m_folders(folders), m_knownRuns(knownRuns(known)),
          m_geometry(guest.volume->geometry())
    {}

    Result<> run()
    {
        const auto& nodes = m_guest.tree->nodes;
        m_guest.health.assign(nodes.size(), Health::Good);
        findShared();
        for (std::uint32_t i = 0; i < nodes.size(); ++i) {
            FATLAS_ASSIGN(m_guest.health[i], judge(i));
        }
        return {};
    }

private:
    Result<Health> judge(std::uint32_t index)
    {
        const TreeNode& node = m_guest.node(index);
        if (index != 0 && m_guest.health[node.parent] != Health::Good)
            return Health::InWaitingFolder;
        if (index != 0 && m_guest.health[index] == Health::CrossLinked)
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
        const UsageRun* known = runAt(m_knownRuns, runs.front().first);
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
        if (const UsageRun* run = runAt(m_knownRuns, at))
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
        for (const UsageRun& run : m_guest.owned)
            if (run.state == fat::ClusterState::CrossLinked)
                shared.push_back({.first = run.first, .count = run.count});
        if (shared.empty())
            return;
        for (std::uint32_t i = 0; i < m_guest.tree->nodes.size(); ++i)
            for (const ClusterRange& run : m_guest.tree->runsOf(i))
                if (touchesAny(shared, run))
                    m_guest.health[i] = Health::CrossLinked;
    }

    static bool touchesAny(const std::vector<ClusterRange>& ordered, const ClusterRange& run)
    {
        const auto found = std::ranges::upper_bound(
            ordered, run.first, {}, [](const ClusterRange& range) { return range.end(); });
        return found != ordered.end() && found->first < run.end();
    }

    GuestTree& m_guest;
    const KnownTree& m_known;
    Folders m_folders;
    std::vector<UsageRun> m_knownRuns;
    const Geometry& m_geometry;
};

constexpr std::uint32_t cleanBit16 = 0x8000;
constexpr std::uint32_t cleanBit32 = 0x0800'0000;

/// Windows and DOS use the second entry of the FAT, Linux a bit in the boot sector.
Result<bool> isMarkedClean(const fat::Volume& volume)
{
    if ((volume.boot().state & 1) != 0)
        return false;
    const fat::FatType type = volume.geometry().type;
    if (type == fat::FatType::Fat12)
        return true;
    FATLAS_ASSIGN(const fat::FatEntry second, volume.entry(Cluster{1}));
    return (second.raw & (type == fat::FatType::Fat16 ? cleanBit16 : cleanBit32)) != 0;
}

} // namespace

const char* toString(Health health) noexcept
{
    switch (health) {
    case Health::Good: break;
    case Health::ChainShort: return "its chain of clusters is shorter than its size";
    case Health::ChainBroken: return "its chain of clusters does not come to an end";
    case Health::CrossLinked: return "it shares clusters with another file or folder";
    case Health::Unwritten: return "some of its clusters have not been written yet";
    case Health::NoFolder: return "its clusters do not hold a folder yet";
    case Health::InWaitingFolder: return "the folder it is in is not complete yet";
    }
    return "it is complete";
}

std::vector<ByteRange> rangesOf(const Geometry& geometry, std::uint64_t volumeOffset,
                                std::span<const ClusterRange> runs, std::uint64_t size)
{
    std::vector<ByteRange> ranges;
    for (const ClusterRange& run : runs) {
        if (size == 0)
            break;
        const std::uint64_t length =
            std::min<std::uint64_t>(size, std::uint64_t{run.count} * geometry.clusterSize());
        ranges.push_back(
            {.offset = volumeOffset + geometry.clusterOffset(run.first), .length = length});
        size -= length;
    }
    return ranges;
}

std::vector<ByteRange> GuestTree::ranges(std::uint32_t index) const
{
    const TreeNode& at = node(index);
    return rangesOf(volume->geometry(), disk.volumeOffset, tree->runsOf(index),
                    at.isDirectory ? UINT64_MAX : at.size());
}

bool GuestTree::isOwned(Cluster cluster) const
{
    return runAt(owned, cluster) != nullptr;
}

Result<GuestTree> readGuest(const GuestDisk& disk, const KnownTree& known, Folders folders,
                            const JobControl& job)
{
    GuestTree guest{.disk = disk, .stamp = disk.log->stamp()};
    FATLAS_ASSIGN(const auto slice, block::SliceDevice::createReadOnly(
                                        disk.device, disk.volumeOffset, disk.volumeSize));
    FATLAS_ASSIGN(guest.volume, fat::Volume::open(slice, {.codePage = disk.codePage}));
    FATLAS_ASSIGN(guest.tree, fat::readTree(*guest.volume, job));
    FATLAS_ASSIGN(guest.owned, fat::ownedRuns(*guest.tree, job));
    FATLAS_ASSIGN(guest.isMarkedClean, isMarkedClean(*guest.volume));
    FATLAS_TRY(HealthCheck(guest, known, folders).run());
    return guest;
}

} // namespace fatlas::sync
