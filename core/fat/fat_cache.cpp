#include "core/fat/fat_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace fatlas::fat {
namespace {

std::uint64_t entriesIn(FatType type, std::uint64_t bytes)
{
    switch (type) {
    case FatType::Fat12: return bytes * 2 / 3;
    case FatType::Fat16: return bytes / 2;
    case FatType::Fat32: break;
    }
    return bytes / 4;
}

} // namespace

FatCache::FatCache(std::shared_ptr<const block::BlockDevice> device, const Geometry& geometry,
                   std::uint32_t fatCopy)
    : m_device(std::move(device)), m_type(geometry.type), m_offset(geometry.fatOffset(fatCopy))
{
    const std::uint64_t wanted = std::uint64_t{geometry.clusterCount} + 2;
    m_entryCount =
        static_cast<std::uint32_t>(std::min(wanted, entriesIn(m_type, geometry.fatSize())));
    m_size = std::min(geometry.fatSize(), fatBytesFor(m_type, geometry.clusterCount));
}

Result<FatCache::Block> FatCache::block(std::uint64_t index) const
{
    Slot& slot = m_slots[index % slotCount];
    {
        const std::scoped_lock lock(m_mutex);
        if (slot.index == index)
            return slot.bytes;
    }
    const std::uint64_t start = index * blockSize;
    auto bytes = std::make_shared<Bytes>(std::min(blockSize, m_size - start));
    FATLAS_TRY(m_device->read(m_offset + start, *bytes));
    const std::scoped_lock lock(m_mutex);
    slot = {.index = index, .bytes = bytes};
    return Block(std::move(bytes));
}

Result<> FatCache::checkEntries(Cluster first, std::uint64_t count) const
{
    if (first.value <= m_entryCount && count <= m_entryCount - first.value)
        return {};
    return fail(ErrorCode::OutOfRange,
                fmt::format("FAT entries {} to {} do not exist, the FAT has {}", first.value,
                            first.value + count, m_entryCount));
}

Result<> FatCache::readRange(Cluster first, std::span<std::uint32_t> out) const
{
    FATLAS_TRY(checkEntries(first, out.size()));
    if (out.empty())
        return {};
    if (m_type == FatType::Fat32)
        return readWideRange(first, out);
    // An even start keeps FAT12 entries where rawEntry() looks for them.
    const Cluster base{first.value & ~1U};
    const Cluster last{first.value + static_cast<std::uint32_t>(out.size()) - 1};
    const std::uint64_t start = entryOffset(m_type, base);
    Bytes bytes(entryOffset(m_type, last) + 2 - start);
    FATLAS_TRY(m_device->read(m_offset + start, bytes));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = rawEntry(m_type, bytes,
                          Cluster{first.value - base.value + static_cast<std::uint32_t>(i)});
    return {};
}

/// 32-bit entries lie on the disk as in memory, but for the order of their bytes.
Result<> FatCache::readWideRange(Cluster first, std::span<std::uint32_t> out) const
{
    FATLAS_TRY(m_device->read(m_offset + entryOffset(m_type, first), std::as_writable_bytes(out)));
    if constexpr (std::endian::native == std::endian::big)
        for (std::uint32_t& entry : out)
            entry = std::byteswap(entry);
    return {};
}

Result<FatEntry> FatCursor::entry(Cluster cluster)
{
    if (cluster.value >= m_cache->entryCount())
        return fail(ErrorCode::OutOfRange,
                    fmt::format("cluster {} has no FAT entry, the FAT has {}", cluster.value,
                                m_cache->entryCount()));
    const FatType type = m_cache->type();
    const std::uint64_t index = entryOffset(type, cluster) / FatCache::blockSize;
    if (index != m_index) {
        FATLAS_ASSIGN(m_block, m_cache->block(index));
        m_index = index;
    }
    const auto before =
        static_cast<std::uint32_t>(index * FatCache::blockSize / (type == FatType::Fat32 ? 4 : 2));
    return interpretEntry(type, rawEntry(type, *m_block, Cluster{cluster.value - before}));
}

} // namespace fatlas::fat
