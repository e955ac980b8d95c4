#include "core/fat/fat_table.hpp"

#include "core/base/stored_integer.hpp"

namespace fatlas::fat {
namespace {

/// The special values of one FAT type; every number below `reserved` from 2 on is a cluster.
struct Marks {
    std::uint32_t mask;
    std::uint32_t reserved; ///< first value that no volume can have as a cluster
    std::uint32_t bad;
    std::uint32_t end; ///< and everything above
};

constexpr Marks marksOf(FatType type) noexcept
{
    switch (type) {
    case FatType::Fat12: return {0xFFF, 0xFF6, 0xFF7, 0xFF8};
    case FatType::Fat16: return {0xFFFF, 0xFFF6, 0xFFF7, 0xFFF8};
    case FatType::Fat32: break;
    }
    return {0x0FFFFFFF, 0x0FFFFFF7, 0x0FFFFFF7, 0x0FFFFFF8};
}

static_assert(marksOf(FatType::Fat12).reserved == minClustersFat16 - 1 + 2);
static_assert(marksOf(FatType::Fat16).reserved == minClustersFat32 - 1 + 2);
static_assert(marksOf(FatType::Fat32).reserved == maxClustersFat32 + 2);

} // namespace

FatEntry interpretEntry(FatType type, std::uint32_t raw) noexcept
{
    const Marks marks = marksOf(type);
    const std::uint32_t value = raw & marks.mask;
    if (value == 0)
        return {.kind = EntryKind::Free, .next = {}, .raw = raw};
    if (value >= marks.end)
        return {.kind = EntryKind::End, .next = {}, .raw = raw};
    if (value == marks.bad)
        return {.kind = EntryKind::Bad, .next = {}, .raw = raw};
    if (value == 1 || value >= marks.reserved)
        return {.kind = EntryKind::Reserved, .next = {}, .raw = raw};
    return {.kind = EntryKind::Next, .next = Cluster{value}, .raw = raw};
}

std::uint32_t endMark(FatType type) noexcept
{
    return marksOf(type).mask;
}

std::uint32_t badMark(FatType type) noexcept
{
    return marksOf(type).bad;
}

std::uint32_t rawEntry(FatType type, ByteView fat, Cluster cluster) noexcept
{
    const auto offset = static_cast<std::size_t>(entryOffset(type, cluster));
    const auto byteAt = [&](std::size_t i) {
        return std::to_integer<std::uint32_t>(fat[offset + i]);
    };
    const std::uint32_t low = byteAt(0) | byteAt(1) << 8;
    switch (type) {
    case FatType::Fat12: return cluster.value % 2 == 0 ? low & 0xFFF : low >> 4;
    case FatType::Fat16: return low;
    case FatType::Fat32: break;
    }
    return low | byteAt(2) << 16 | byteAt(3) << 24;
}

void setRawEntry(FatType type, ByteSpan fat, Cluster cluster, std::uint32_t value) noexcept
{
    const auto offset = static_cast<std::size_t>(entryOffset(type, cluster));
    if (type == FatType::Fat32) {
        const std::uint32_t old = rawEntry(type, fat, cluster);
        store(fat, offset, Le32{(old & 0xF0000000U) | (value & 0x0FFFFFFFU)});
        return;
    }
    if (type == FatType::Fat16) {
        store(fat, offset, Le16{static_cast<std::uint16_t>(value)});
        return;
    }
    const auto low = std::to_integer<std::uint32_t>(fat[offset]);
    const auto high = std::to_integer<std::uint32_t>(fat[offset + 1]);
    const std::uint32_t pair = cluster.value % 2 == 0 ? (high & 0xF0U) << 8 | (value & 0xFFFU)
                                                      : (low & 0x0FU) | (value & 0xFFFU) << 4;
    store(fat, offset, Le16{static_cast<std::uint16_t>(pair)});
}

} // namespace fatlas::fat
