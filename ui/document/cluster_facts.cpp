#include "ui/document/cluster_facts.hpp"

#include "core/fat/fat_table.hpp"

#include <algorithm>
#include <array>

namespace fatlas::ui {

namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< 1 MiB of a FAT32

/// The entry as it lies in FAT number `copy`.
Result<std::uint32_t> rawEntryOf(const fat::Volume& volume, std::uint32_t copy, Cluster cluster)
{
    const fat::Geometry& geometry = volume.geometry();
    const std::uint64_t offset = fat::entryOffset(geometry.type, cluster);
    std::array<std::byte, 4> bytes{};
    const std::size_t length = geometry.type == fat::FatType::Fat32 ? 4 : 2;
    FATLAS_TRY(
        volume.device().read(geometry.fatOffset(copy) + offset, ByteSpan(bytes).first(length)));
    std::uint32_t raw = 0;
    for (std::size_t i = length; i-- > 0;)
        raw = raw << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    if (geometry.type != fat::FatType::Fat12)
        return raw;
    return (cluster.value % 2 == 0 ? raw : raw >> 4) & 0xFFF;
}

std::vector<std::uint32_t> nodesStartingAt(const VolumeContent& content, Cluster cluster)
{
    std::vector<std::uint32_t> found;
    const auto& nodes = content.tree->nodes;
    const bool isRoot =
        content.geometry().type == fat::FatType::Fat32 && content.geometry().rootCluster == cluster;
    for (std::uint32_t i = 0; i < nodes.size() && found.size() < Pointers::maxListed; ++i)
        if (i == 0 ? isRoot : content.volume().firstCluster(nodes[i].raw) == cluster)
            found.push_back(i);
    return found;
}

/// From the owner's chain alone, which costs nothing.
Pointers pointersOfOwner(const VolumeContent& content, Cluster cluster)
{
    Pointers pointers;
    const fat::UsageRun& run = content.usage->at(cluster);
    if (run.owner == fat::noOwner)
        return pointers;
    std::optional<Cluster> before;
    for (const ClusterRange& part : content.tree->runsOf(run.owner)) {
        if (part.contains(cluster)) {
            if (cluster != part.first)
                before = cluster - 1;
            if (before)
                pointers.entries.push_back(*before);
            else
                pointers.nodes.push_back(run.owner);
            break;
        }
        before = part.end() - 1;
    }
    return pointers;
}

} // namespace

Result<Pointers> findPointers(const VolumeContent& content, Cluster cluster, const JobControl& job)
{
    const fat::Geometry& geometry = content.geometry();
    Pointers found;
    std::vector<std::uint32_t> entries;
    for (Cluster at{2}; at < geometry.endCluster();) {
        FATLAS_TRY(job.checkpoint());
        job.report(at.value - 2, geometry.clusterCount);
        entries.resize(std::min(entriesPerStep, geometry.endCluster() - at));
        FATLAS_TRY(content.volume().rawEntries(at, entries));
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            const fat::FatEntry entry = fat::interpretEntry(geometry.type, entries[i]);
            if (entry.kind == fat::EntryKind::Next && entry.next == cluster &&
                found.entries.size() < Pointers::maxListed)
                found.entries.push_back(at + i);
        }
        at = at + static_cast<std::uint32_t>(entries.size());
    }
    found.nodes = nodesStartingAt(content, cluster);
    found.isWhole = true;
    return found;
}

Result<ClusterFacts> factsOf(const VolumeContent& content, Cluster cluster, const JobControl& job)
{
    ClusterFacts facts;
    facts.cluster = cluster;
    FATLAS_ASSIGN(facts.entry, content.volume().entry(cluster));
    if (content.geometry().fatCount > 1) {
        FATLAS_ASSIGN(facts.secondRaw, rawEntryOf(content.volume(), 1, cluster));
    }
    if (content.geometry().clusterCount <= ClusterFacts::searchedAlways) {
        FATLAS_ASSIGN(facts.pointers, findPointers(content, cluster, job));
    } else {
        facts.pointers = pointersOfOwner(content, cluster);
    }
    return facts;
}

} // namespace fatlas::ui
