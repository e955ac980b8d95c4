#include "core/vhd/bitmap_cache.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::byte fullByte{0xFF};

std::byte maskFrom(std::uint64_t bit)
{
    return static_cast<std::byte>(0xFF >> (bit % 8));
}

/// Bits of [first, end) that lie in the byte of `first`.
std::byte maskOf(std::uint64_t first, std::uint64_t end)
{
    const std::uint64_t byteEnd = (first / 8 + 1) * 8;
    const std::byte mask = maskFrom(first);
    return end >= byteEnd ? mask : mask & ~maskFrom(end);
}

} // namespace

bool bitAt(ByteView bits, std::uint64_t index) noexcept
{
    return (std::to_integer<unsigned>(bits[index / 8]) >> (7 - index % 8) & 1) != 0;
}

void setBits(ByteSpan bits, std::uint64_t first, std::uint64_t count, bool value) noexcept
{
    const std::uint64_t end = first + count;
    while (first < end) {
        const std::byte mask = maskOf(first, end);
        std::byte& byte = bits[first / 8];
        byte = value ? byte | mask : byte & ~mask;
        first = (first / 8 + 1) * 8;
    }
}

std::uint64_t runLength(ByteView bits, std::uint64_t first, std::uint64_t end) noexcept
{
    const bool value = bitAt(bits, first);
    const std::byte same = value ? fullByte : std::byte{0};
    std::uint64_t at = first + 1;
    while (at < end) {
        if (at % 8 == 0 && end - at >= 8 && bits[at / 8] == same)
            at += 8;
        else if (bitAt(bits, at) == value)
            ++at;
        else
            break;
    }
    return at - first;
}

bool allAre(ByteView bits, std::uint64_t first, std::uint64_t count, bool value) noexcept
{
    return count == 0 ||
           (bitAt(bits, first) == value && runLength(bits, first, first + count) == count);
}

BitmapCache::BitmapCache(std::uint64_t blockCount, std::uint64_t bitmapSize, std::uint64_t budget)
    : m_slots(std::clamp<std::uint64_t>(
          blockCount, 1, std::max<std::uint64_t>(64, budget / (bitmapSize + sizeof(Slot)))))
{}

std::optional<BitmapCache::Bitmap> BitmapCache::find(std::uint32_t block) const
{
    const std::size_t index = slotOf(block);
    const std::scoped_lock lock(m_locks[index % lockCount]);
    const Slot& slot = m_slots[index];
    return slot.block == block ? std::optional(slot.bitmap) : std::nullopt;
}

void BitmapCache::put(std::uint32_t block, Bitmap bitmap)
{
    const std::size_t index = slotOf(block);
    const std::scoped_lock lock(m_locks[index % lockCount]);
    m_slots[index] = {.block = block, .bitmap = std::move(bitmap)};
}

void BitmapCache::drop(std::uint32_t block)
{
    const std::size_t index = slotOf(block);
    const std::scoped_lock lock(m_locks[index % lockCount]);
    if (m_slots[index].block == block)
        m_slots[index] = {};
}

} // namespace fatlas::vhd
