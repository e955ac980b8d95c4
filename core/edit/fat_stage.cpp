#include "core/edit/fat_stage.hpp"

#include "core/fat/chain_walk.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::edit {
namespace {

constexpr std::size_t maxRunEntries = 65536;

fat::ChainEnd endOf(fat::EntryKind kind)
{
    switch (kind) {
    case fat::EntryKind::Free: return fat::ChainEnd::Free;
    case fat::EntryKind::Bad: return fat::ChainEnd::Bad;
    case fat::EntryKind::Reserved: return fat::ChainEnd::Reserved;
    case fat::EntryKind::End:
    case fat::EntryKind::Next: break;
    }
    return fat::ChainEnd::EndMark;
}

std::unexpected<Error> copiesDiffer(const fat::Volume& volume, Cluster cluster, std::uint32_t copy,
                                    std::uint64_t offset)
{
    return std::unexpected(
        Error{.code = ErrorCode::Refused,
              .message = fmt::format("the copies of the FAT say different things about cluster {} "
                                     "(copy {} of {}); repair the volume first (fatlas-cli repair)",
                                     cluster.value, copy + 1, volume.geometry().fatCount),
              .deviceOffset = offset});
}

/// Every copy that drivers keep up to date.
std::vector<std::uint32_t> copiesOf(const fat::BootSector& boot)
{
    const std::uint32_t count = boot.geometry.fatCount;
    if (!boot.mirrored)
        return {boot.activeFat < count ? boot.activeFat : 0U};
    std::vector<std::uint32_t> copies(count);
    for (std::uint32_t i = 0; i < count; ++i)
        copies[i] = i;
    return copies;
}

} // namespace

FatStage::FatStage(const fat::Volume& volume)
    : m_volume(volume), m_mask(fat::endMark(volume.geometry().type))
{}

Result<fat::FatEntry> FatStage::entry(Cluster cluster) const
{
    const auto found = m_blocks.find(cluster.value / blockEntries);
    if (found == m_blocks.end())
        return m_volume.entry(cluster);
    const std::size_t at = cluster.value % blockEntries;
    return fat::interpretEntry(m_volume.geometry().type, found->second.after[at]);
}

Result<fat::Chain> FatStage::chain(Cluster first) const
{
    const fat::Geometry& geometry = m_volume.geometry();
    fat::Chain chain;
    Cluster at = first;
    while (chain.clusterCount <= geometry.clusterCount) {
        if (!geometry.isData(at)) {
            chain.end = at.value < 2 ? fat::ChainEnd::Reserved : fat::ChainEnd::OutOfRange;
            return chain;
        }
        FATLAS_ASSIGN(const fat::FatEntry next, entry(at));
        chain.end = endOf(next.kind);
        if (next.kind == fat::EntryKind::Free || next.kind == fat::EntryKind::Bad)
            return chain;
        fat::appendCluster(chain.runs, at);
        ++chain.clusterCount;
        if (next.kind != fat::EntryKind::Next)
            return chain;
        at = next.next;
    }
    chain.end = fat::ChainEnd::Loop;
    return chain;
}

Result<FatStage::Block*> FatStage::block(Cluster cluster)
{
    const std::uint32_t index = cluster.value / blockEntries;
    if (const auto found = m_blocks.find(index); found != m_blocks.end())
        return &found->second;
    const Cluster first{index * blockEntries};
    const std::uint32_t end = m_volume.geometry().endCluster().value;
    Block block;
    block.before.resize(std::min(blockEntries, end - first.value));
    FATLAS_TRY(m_volume.rawEntries(first, block.before));
    block.after = block.before;
    return &m_blocks.emplace(index, std::move(block)).first->second;
}

Result<> FatStage::set(Cluster cluster, std::uint32_t value)
{
    FATLAS_ASSIGN(Block* const found, block(cluster));
    std::uint32_t& entry = found->after[cluster.value % blockEntries];
    entry = (entry & ~m_mask) | (value & m_mask);
    return {};
}

Result<> FatStage::link(std::span<const ClusterRange> runs, Cluster after)
{
    for (const ClusterRange& run : runs)
        for (Cluster cluster = run.first; cluster < run.end(); ++cluster) {
            if (after.value != 0)
                FATLAS_TRY(set(after, cluster.value));
            after = cluster;
        }
    return after.value != 0 ? set(after, m_mask) : Result<>{};
}

Result<> FatStage::release(std::span<const ClusterRange> runs)
{
    for (const ClusterRange& run : runs)
        for (Cluster cluster = run.first; cluster < run.end(); ++cluster)
            FATLAS_TRY(set(cluster, 0));
    return {};
}

std::vector<FatStage::Change> FatStage::changes() const
{
    std::vector<Change> changes;
    for (const auto& [index, block] : m_blocks)
        for (std::uint32_t i = 0; i < block.before.size(); ++i)
            if (block.before[i] != block.after[i])
                changes.push_back({.cluster = Cluster{index * blockEntries + i},
                                   .before = block.before[i] & m_mask,
                                   .after = block.after[i] & m_mask,
                                   .frees = (block.after[i] & m_mask) == 0});
    return changes;
}

/// On FAT12 the entries 2n and 2n + 1 have a byte in common, and no byte is written twice.
void FatStage::keepSharedBytesTogether(std::vector<Change>& changes) const
{
    if (m_volume.geometry().type != fat::FatType::Fat12)
        return;
    for (std::size_t i = 1; i < changes.size(); ++i)
        if (changes[i].cluster.value % 2 == 1 && changes[i - 1].cluster + 1 == changes[i].cluster)
            changes[i].frees = changes[i - 1].frees = changes[i].frees && changes[i - 1].frees;
}

Result<block::Patch> FatStage::patch(std::span<const Change> run, std::uint32_t copy) const
{
    const fat::Geometry& geometry = m_volume.geometry();
    const fat::FatType type = geometry.type;
    const std::uint64_t width = type == fat::FatType::Fat32 ? 4 : 2;
    // An even start keeps FAT12 entries where rawEntry() looks for them.
    const Cluster base{run.front().cluster.value & ~1U};
    const std::uint64_t start = fat::entryOffset(type, base);
    const std::uint64_t skip = fat::entryOffset(type, run.front().cluster) - start;
    Bytes before(fat::entryOffset(type, run.back().cluster) + width - start);
    const std::uint64_t offset = geometry.fatOffset(copy) + start;
    FATLAS_TRY(m_volume.device().read(offset, before));
    Bytes after = before;
    for (const Change& change : run) {
        const Cluster place{change.cluster.value - base.value};
        if ((fat::rawEntry(type, before, place) & m_mask) != change.before)
            return copiesDiffer(m_volume, change.cluster, copy, offset);
        fat::setRawEntry(type, after, place, change.after);
    }
    const auto cut = [skip](Bytes& bytes) {
        bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(skip));
    };
    cut(before);
    cut(after);
    return block::Patch{
        .offset = offset + skip, .before = std::move(before), .after = std::move(after)};
}

Result<> FatStage::addPatches(std::span<const Change> run, FatPatches& patches) const
{
    for (const std::uint32_t copy : copiesOf(m_volume.boot())) {
        FATLAS_ASSIGN(block::Patch made, patch(run, copy));
        (run.front().frees ? patches.freed : patches.taken).push_back(std::move(made));
    }
    return {};
}

Result<FatPatches> FatStage::patches() const
{
    FatPatches patches;
    std::vector<Change> all = changes();
    keepSharedBytesTogether(all);
    std::size_t start = 0;
    for (std::size_t i = 1; i <= all.size(); ++i) {
        const bool goesOn = i < all.size() && all[i].frees == all[start].frees &&
                            all[i].cluster == all[i - 1].cluster + 1 && i - start < maxRunEntries;
        if (goesOn)
            continue;
        FATLAS_TRY(addPatches(std::span(all).subspan(start, i - start), patches));
        start = i;
    }
    return patches;
}

} // namespace fatlas::edit
