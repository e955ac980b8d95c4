/// One FAT of a volume, read in blocks through a small cache; never the whole of it.
///
/// Units:   entries are addressed by cluster number, 0 and 1 included.
/// Shape:   blocks of 64 KiB; a FAT12 is smaller than one, so no entry straddles two.
/// Errors:  an entry outside the FAT is OutOfRange; else those of the device.
/// Threads: FatCache is safe from many threads; a FatCursor belongs to one.
/// Lifetime: holds the device; cursors must not outlive the cache.
#pragma once

#include "core/block/block_device.hpp"
#include "core/fat/fat_table.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

namespace fatlas::fat {

class FatCache {
public:
    static constexpr std::uint64_t blockSize = 65536;
    static constexpr std::size_t slotCount = 128; ///< at most 8 MiB

    FatCache(std::shared_ptr<const block::BlockDevice> device, const Geometry& geometry,
             std::uint32_t fatCopy);

    [[nodiscard]] FatType type() const noexcept { return m_type; }

    /// Entries that lie wholly inside the FAT: those of the volume, or fewer if it is too short.
    [[nodiscard]] std::uint32_t entryCount() const noexcept { return m_entryCount; }

    using Block = std::shared_ptr<const Bytes>;
    [[nodiscard]] Result<Block> block(std::uint64_t index) const;
    /// Straight from the device, for whoever walks the whole FAT.
    [[nodiscard]] Result<> readRange(Cluster first, std::span<std::uint32_t> out) const;

private:
    struct Slot {
        std::uint64_t index = UINT64_MAX;
        Block bytes;
    };

    [[nodiscard]] Result<> checkEntries(Cluster first, std::uint64_t count) const;
    [[nodiscard]] Result<> readWideRange(Cluster first, std::span<std::uint32_t> out) const;

    std::shared_ptr<const block::BlockDevice> m_device;
    FatType m_type;
    std::uint64_t m_offset;
    std::uint64_t m_size = 0; ///< bytes the entries take
    std::uint32_t m_entryCount = 0;
    mutable std::mutex m_mutex;
    mutable std::array<Slot, slotCount> m_slots;
};

/// Reads entries one by one and keeps the block it is in.
class FatCursor {
public:
    explicit FatCursor(const FatCache& cache) : m_cache(&cache) {}

    [[nodiscard]] Result<FatEntry> entry(Cluster cluster);

private:
    const FatCache* m_cache;
    std::uint64_t m_index = UINT64_MAX;
    FatCache::Block m_block;
};

} // namespace fatlas::fat
