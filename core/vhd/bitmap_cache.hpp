/// Sector bitmaps of blocks, a bounded number of them kept in memory.
///
/// Shape:   one bit a sector, most significant first.
/// Threads: all functions may run in parallel.
#pragma once

#include "core/base/bytes.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace fatlas::vhd {

[[nodiscard]] bool bitAt(ByteView bits, std::uint64_t index) noexcept;
void setBits(ByteSpan bits, std::uint64_t first, std::uint64_t count, bool value) noexcept;
/// From `first` on up to `end`: how many bits are the same as the first one.
[[nodiscard]] std::uint64_t runLength(ByteView bits, std::uint64_t first,
                                      std::uint64_t end) noexcept;
/// True when all of [first, first + count) are `value`.
[[nodiscard]] bool allAre(ByteView bits, std::uint64_t first, std::uint64_t count,
                          bool value) noexcept;

class BitmapCache {
public:
    /// nullptr stands for "all bits are set", which most blocks are.
    using Bitmap = std::shared_ptr<const Bytes>;

    /// For `blockCount` blocks; keeps at most about `budget` bytes.
    BitmapCache(std::uint64_t blockCount, std::uint64_t bitmapSize, std::uint64_t budget);

    [[nodiscard]] std::optional<Bitmap> find(std::uint32_t block) const;
    void put(std::uint32_t block, Bitmap bitmap);
    void drop(std::uint32_t block);

private:
    struct Slot {
        std::uint64_t block = ~std::uint64_t{0};
        Bitmap bitmap;
    };

    [[nodiscard]] std::size_t slotOf(std::uint32_t block) const noexcept
    {
        return block % m_slots.size();
    }

    static constexpr std::size_t lockCount = 64;
    mutable std::array<std::mutex, lockCount> m_locks;
    std::vector<Slot> m_slots;
};

} // namespace fatlas::vhd
