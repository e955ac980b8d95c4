#include "core/base/text.hpp"
#include "core/fat/explain/explain.hpp"
#include "core/fat/explain/slot_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxOwners = 16;

const char* stateWords(ClusterState state)
{
    switch (state) {
    case ClusterState::Free: return "free";
    case ClusterState::File: return "of a file";
    case ClusterState::Directory: return "of a folder";
    case ClusterState::System: return "marked with a reserved value";
    case ClusterState::Lost: return "lost: allocated, but of no file or folder";
    case ClusterState::Bad: return "marked bad";
    case ClusterState::CrossLinked: return "cross-linked: of several files or folders";
    }
    return "free";
}

/// Which cluster of the node's chain `cluster` is, from 0.
std::optional<std::uint32_t> partOf(const Tree& tree, std::uint32_t node, Cluster cluster)
{
    std::uint32_t part = 0;
    for (const ClusterRange& range : tree.runsOf(node)) {
        if (range.contains(cluster))
            return part + (cluster - range.first);
        part += range.count;
    }
    return std::nullopt;
}

std::string cutText(std::uint64_t size, std::uint64_t chainSize)
{
    return fmt::format("the folder entry says {} bytes, its clusters hold {}", formatCount(size),
                       formatCount(chainSize));
}

const char* slotWords(SlotKind kind)
{
    switch (kind) {
    case SlotKind::Unused: return "unused slot";
    case SlotKind::Deleted: return "deleted slot";
    case SlotKind::LongName: return "part of a long name";
    case SlotKind::Label: return "volume label";
    case SlotKind::Dot: return "link to the folder itself or its parent";
    case SlotKind::File: return "file";
    case SlotKind::Folder: return "folder";
    }
    return "unused slot";
}

/// `offset` lies in the data area.
Cluster clusterAt(const Geometry& geometry, std::uint64_t offset)
{
    return Cluster{
        static_cast<std::uint32_t>((offset - geometry.dataOffset()) / geometry.clusterSize()) + 2};
}

} // namespace

std::string describeCluster(const ExplainContext& context, Cluster cluster)
{
    const UsageRun& run = context.usage->at(cluster);
    if (run.owner == noOwner)
        return stateWords(run.state);
    const TreeNode& node = context.tree->nodes[run.owner];
    std::string text = fmt::format("part {} of {} of {}",
                                   formatCount(std::uint64_t{run.part} + (cluster - run.first) + 1),
                                   formatCount(node.clusterCount), context.tree->path(run.owner));
    if (run.state == ClusterState::CrossLinked || run.state == ClusterState::Bad)
        text += fmt::format(", {}", stateWords(run.state));
    return text;
}

Result<ExplainedPart> Explainer::clusterPart(ByteRange range)
{
    const Geometry& g = geometry();
    const std::uint64_t at = range.offset;
    const Cluster cluster = clusterAt(g, at);
    const UsageRun& run = m_context.usage->at(cluster);
    const std::uint32_t owner = run.owner;
    if (owner != noOwner && m_context.tree->nodes[owner].isDirectory) {
        const std::uint64_t within = at - g.clusterOffset(cluster);
        const std::uint64_t slot =
            (std::uint64_t{run.part + (cluster - run.first)} * g.clusterSize() + within) / slotSize;
        FATLAS_ASSIGN(auto part,
                      slotPart(owner, static_cast<std::uint32_t>(slot), at - within % slotSize));
        part.cluster = cluster.value;
        if (run.state == ClusterState::CrossLinked)
            addOwners(part, cluster);
        return part;
    }
    ExplainedPart part;
    part.cluster = cluster.value;
    part.place = {.offset = g.clusterOffset(cluster), .length = g.clusterSize()};
    if (owner != noOwner)
        return filePart(std::move(part), run, at);
    return unownedPart(std::move(part), run.state);
}

Result<ExplainedPart> Explainer::filePart(ExplainedPart part, const UsageRun& run, std::uint64_t at)
{
    const Cluster cluster = clusterAt(geometry(), at);
    const TreeNode& node = m_context.tree->nodes[run.owner];
    const std::uint64_t index = std::uint64_t{run.part} + (cluster - run.first);
    const std::uint64_t start = index * geometry().clusterSize();
    const std::uint64_t used =
        std::min<std::uint64_t>(node.size() - std::min(node.size(), start), part.place.length);
    part.path = m_context.tree->path(run.owner);
    part.treeNode = run.owner;
    if (at < part.place.offset + used) {
        part.kind = PartKind::FileData;
        part.place.length = used;
        part.title = fmt::format("data of {}, bytes {} to {} of {}", part.path, formatCount(start),
                                 formatCount(start + used - 1), formatCount(node.size()));
        part.facts.push_back(
            fmt::format("byte {} of the file", formatCount(start + (at - part.place.offset))));
    } else {
        part.kind = PartKind::Slack;
        part.place = {.offset = part.place.offset + used, .length = part.place.length - used};
        part.title = fmt::format("slack behind the end of {}, {} bytes", part.path,
                                 formatCount(part.place.length));
        if (start > node.size())
            part.facts.push_back(
                cutText(node.size(), std::uint64_t{node.clusterCount} * geometry().clusterSize()));
    }
    part.facts.push_back(fmt::format("cluster {}, part {} of {} of its chain", cluster.value,
                                     formatCount(index + 1), formatCount(node.clusterCount)));
    if (run.state == ClusterState::CrossLinked)
        addOwners(part, cluster);
    FATLAS_TRY(addClusterEntry(part, cluster));
    return part;
}

Result<ExplainedPart> Explainer::unownedPart(ExplainedPart part, ClusterState state)
{
    const Cluster cluster = clusterAt(geometry(), part.place.offset);
    part.kind = state == ClusterState::Free     ? PartKind::FreeCluster
                : state == ClusterState::Bad    ? PartKind::BadCluster
                : state == ClusterState::System ? PartKind::ReservedCluster
                                                : PartKind::LostCluster;
    part.title = fmt::format("cluster {}, {}", cluster.value, stateWords(state));
    Bytes content(part.place.length);
    FATLAS_TRY(m_context.volume->device().read(part.place.offset, content));
    const bool zero = std::ranges::all_of(content, [](std::byte b) { return b == std::byte{}; });
    part.facts.emplace_back(zero ? "it holds only zeros"
                            : state == ClusterState::Free
                                ? "it still holds what was written there once"
                                : "it holds data");
    FATLAS_TRY(addClusterEntry(part, cluster));
    return part;
}

Result<> Explainer::addClusterEntry(ExplainedPart& part, Cluster cluster) const
{
    FATLAS_ASSIGN(const FatEntry entry, m_context.volume->entry(cluster));
    ExplainedField field =
        fatEntryField(geometry(), cluster, geometry().fatOffset(m_context.fatCopy), entry.raw);
    field.name = fmt::format("FAT entry of {}", field.name);
    part.fields.push_back(std::move(field));
    return {};
}

void Explainer::addOwners(ExplainedPart& part, Cluster cluster) const
{
    const Tree& tree = *m_context.tree;
    std::size_t found = 0;
    for (std::uint32_t node = 0; node < tree.nodes.size() && found < maxOwners; ++node) {
        const auto index = partOf(tree, node, cluster);
        if (!index)
            continue;
        ++found;
        part.facts.push_back(fmt::format("it is part {} of {} of {}", formatCount(*index + 1ULL),
                                         formatCount(tree.nodes[node].clusterCount),
                                         tree.path(node)));
    }
}

Result<> Explainer::loadDirectory(std::uint32_t node)
{
    if (m_directory.node == node)
        return {};
    const Volume& volume = *m_context.volume;
    const Geometry& g = geometry();
    const bool fixedRoot = node == 0 && g.type != FatType::Fat32;
    const Cluster first =
        node == 0 ? Cluster{} : volume.firstCluster(m_context.tree->nodes[node].raw);
    Directory loaded;
    FATLAS_ASSIGN(loaded.listing, volume.readDirectory(first));
    if (fixedRoot) {
        loaded.bytes.resize(std::uint64_t{g.rootEntryCount} * slotSize);
        FATLAS_TRY(volume.device().read(g.rootOffset(), loaded.bytes));
    } else {
        loaded.bytes.resize(
            std::min(std::uint64_t{loaded.listing.chain.clusterCount} * g.clusterSize(),
                     std::uint64_t{maxDirectorySlots} * slotSize));
        FATLAS_TRY(volume.readChain(loaded.listing.chain, 0, loaded.bytes));
    }
    loaded.node = node;
    m_directory = std::move(loaded);
    return {};
}

Result<ExplainedPart> Explainer::slotPart(std::uint32_t node, std::uint32_t slot, std::uint64_t at)
{
    FATLAS_TRY(loadDirectory(node));
    ExplainedPart part;
    part.kind = PartKind::DirectorySlot;
    part.place = {.offset = at, .length = slotSize};
    Bytes bytes(slotSize);
    FATLAS_TRY(m_context.volume->device().read(at, bytes));
    part.treeNode = node;
    const SlotKind kind = slotKind(bytes);
    part.title = fmt::format("slot {} of the folder {}: {}", slot, m_context.tree->path(node),
                             slotWords(kind));
    if (kind != SlotKind::Unused)
        part.fields = slotFields(bytes, at, geometry(), m_context.volume->codePage());
    nameSlot(part, slot, bytes);
    return part;
}

/// Whose slot it is, and whether anybody looks at it.
void Explainer::nameSlot(ExplainedPart& part, std::uint32_t slot, ByteView bytes) const
{
    const Tree& tree = *m_context.tree;
    const std::uint32_t folder = m_directory.node;
    for (std::size_t i = 0; i < std::min<std::size_t>(slot, m_directory.bytes.size() / slotSize);
         ++i)
        if (m_directory.bytes[i * slotSize] == std::byte{slot_mark::end}) {
            part.facts.push_back(
                fmt::format("it lies behind the end mark in slot {}: nobody looks at it", i));
            return;
        }
    const auto holds = [slot](const DirectoryItem& item) {
        return slot >= item.slotIndex && slot - item.slotIndex < item.slotCount;
    };
    const auto item = std::ranges::find_if(m_directory.listing.items, holds);
    if (item == m_directory.listing.items.end()) {
        if (slotKind(bytes) == SlotKind::LongName)
            part.facts.emplace_back("it belongs to no file");
        return;
    }
    const auto& nodes = tree.nodes;
    std::uint32_t owner = folder;
    for (std::uint32_t child = nodes[folder].firstChild;
         child < nodes[folder].firstChild + nodes[folder].childCount; ++child)
        if (nodes[child].entryOffset == item->entryOffset)
            owner = child;
    part.treeNode = owner;
    part.path = owner == folder ? item->name : tree.path(owner);
    part.facts.push_back(fmt::format("it is slot {} of {} of {}", slot - item->slotIndex + 1,
                                     item->slotCount, part.path));
}

} // namespace fatlas::fat
