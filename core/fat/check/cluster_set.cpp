#include "core/fat/check/cluster_set.hpp"

#include <algorithm>
#include <bit>

namespace fatlas::fat {
namespace {

/// Bits [first, first + count) of a word; count is at least 1.
constexpr std::uint64_t maskOf(std::uint32_t first, std::uint32_t count) noexcept
{
    return (~std::uint64_t{0} >> (64 - count)) << first;
}

} // namespace

void ClusterSet::insert(ClusterRange range)
{
    while (range.count > 0) {
        const std::uint32_t bit = range.first.value % 64;
        const std::uint32_t taken = std::min(range.count, 64 - bit);
        m_words[range.first.value / 64] |= maskOf(bit, taken);
        range = {.first = range.first + taken, .count = range.count - taken};
    }
}

template <class Word>
std::optional<Cluster> ClusterSet::scan(ClusterRange range, Word&& wordAt) const
{
    while (range.count > 0) {
        const std::uint32_t bit = range.first.value % 64;
        const std::uint32_t taken = std::min(range.count, 64 - bit);
        const std::uint64_t found = wordAt(range.first.value / 64) & maskOf(bit, taken);
        if (found != 0)
            return Cluster{range.first.value - bit +
                           static_cast<std::uint32_t>(std::countr_zero(found))};
        range = {.first = range.first + taken, .count = range.count - taken};
    }
    return std::nullopt;
}

std::optional<Cluster> ClusterSet::findFirst(ClusterRange range) const
{
    return scan(range, [this](std::size_t word) { return m_words[word]; });
}

std::optional<Cluster> ClusterSet::findFirstMissing(ClusterRange range) const
{
    return scan(range, [this](std::size_t word) { return ~m_words[word]; });
}

} // namespace fatlas::fat
