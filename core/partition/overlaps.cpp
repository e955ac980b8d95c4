#include "core/partition/overlaps.hpp"

#include <algorithm>

namespace fatlas::partition {

std::vector<Overlap> findOverlaps(std::vector<const Partition*> partitions)
{
    std::ranges::stable_sort(partitions, {}, [](const Partition* p) { return p->first; });
    std::vector<Overlap> found;
    const Partition* furthest = nullptr;
    for (const Partition* partition : partitions) {
        if (furthest != nullptr && partition->first < furthest->end())
            found.emplace_back(furthest, partition);
        if (furthest == nullptr || furthest->end() < partition->end())
            furthest = partition;
    }
    return found;
}

} // namespace fatlas::partition
