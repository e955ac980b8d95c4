/// Internal to checkVolume(): a set of clusters, one bit each.
///
/// Units:   cluster numbers below the `end` given to the constructor.
/// Shape:   64 clusters a word; ranges are handled word by word.
#pragma once

#include "core/base/units.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace fatlas::fat {

class ClusterSet {
public:
    explicit ClusterSet(Cluster end) : m_words((std::size_t{end.value} + 63) / 64) {}

    void insert(ClusterRange range);

    [[nodiscard]] bool contains(Cluster cluster) const
    {
        return (m_words[cluster.value / 64] >> (cluster.value % 64) & 1) != 0;
    }

    /// The first cluster of the range that is in the set.
    [[nodiscard]] std::optional<Cluster> findFirst(ClusterRange range) const;
    /// The first one that is not.
    [[nodiscard]] std::optional<Cluster> findFirstMissing(ClusterRange range) const;

private:
    template <class Word>
    [[nodiscard]] std::optional<Cluster> scan(ClusterRange range, Word&& wordAt) const;

    std::vector<std::uint64_t> m_words;
};

} // namespace fatlas::fat
