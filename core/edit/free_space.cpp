#include "core/edit/free_space.hpp"

#include <algorithm>

namespace fatlas::edit {
namespace {

constexpr std::uint32_t windowEntries = 65536;

} // namespace

FreeSpace::FreeSpace(const fat::Volume& volume, Cluster hint)
    : m_volume(volume), m_next(volume.geometry().isData(hint) ? hint : Cluster{2}),
      m_left(volume.geometry().clusterCount)
{}

Result<> FreeSpace::readOn()
{
    const fat::Geometry& geometry = m_volume.geometry();
    const std::uint32_t count = std::min({windowEntries, m_left, geometry.endCluster() - m_next});
    std::vector<std::uint32_t> entries(count);
    FATLAS_TRY(m_volume.rawEntries(m_next, entries));
    const std::uint32_t mask = fat::endMark(geometry.type);
    for (std::uint32_t i = 0; i < count;) {
        const std::uint32_t start = i;
        while (i < count && (entries[i] & mask) == 0)
            ++i;
        if (i > start)
            insert({.first = m_next + start, .count = i - start});
        else
            ++i;
    }
    m_left -= count;
    m_next = m_next + count;
    if (m_next == geometry.endCluster())
        m_next = Cluster{2};
    return {};
}

void FreeSpace::erase(Runs::iterator run)
{
    m_byLength.erase({run->second, run->first});
    m_free -= run->second;
    m_runs.erase(run);
}

/// Neighbours become one run.
void FreeSpace::insert(ClusterRange run)
{
    auto after = m_runs.lower_bound(run.first);
    if (after != m_runs.end() && after->first == run.end()) {
        run.count += after->second;
        const auto grown = after++;
        erase(grown);
    }
    if (after != m_runs.begin()) {
        const auto before = std::prev(after);
        if (before->first + before->second == run.first) {
            run = {.first = before->first, .count = before->second + run.count};
            erase(before);
        }
    }
    m_runs.emplace(run.first, run.count);
    m_byLength.emplace(run.count, run.first);
    m_free += run.count;
}

void FreeSpace::add(ClusterRange run)
{
    insert(run);
}

Result<> FreeSpace::avoid(Cluster cluster)
{
    while (!isDone())
        FATLAS_TRY(readOn());
    auto found = m_runs.upper_bound(cluster);
    if (found == m_runs.begin())
        return {};
    --found;
    const ClusterRange run{.first = found->first, .count = found->second};
    if (!run.contains(cluster))
        return {};
    erase(found);
    if (cluster > run.first)
        insert({.first = run.first, .count = cluster - run.first});
    if (cluster + 1 < run.end())
        insert({.first = cluster + 1, .count = run.end() - (cluster + 1)});
    m_avoided.push_back(cluster);
    return {};
}

Result<bool> FreeSpace::has(std::uint32_t count)
{
    while (m_free < count && !isDone())
        FATLAS_TRY(readOn());
    if (m_free < count)
        for (const Cluster cluster : std::exchange(m_avoided, {}))
            insert({.first = cluster, .count = 1});
    return m_free >= count;
}

Result<std::uint32_t> FreeSpace::count()
{
    while (!isDone())
        FATLAS_TRY(readOn());
    return m_free + static_cast<std::uint32_t>(m_avoided.size());
}

Result<> FreeSpace::findRun(std::uint32_t count)
{
    while (!isDone() && m_runs.size() < maxRuns &&
           (m_byLength.empty() || m_byLength.rbegin()->first < count))
        FATLAS_TRY(readOn());
    return {};
}

ClusterRange FreeSpace::takeFront(Runs::iterator run, std::uint32_t count)
{
    const ClusterRange whole{.first = run->first, .count = run->second};
    const std::uint32_t taken = std::min(count, whole.count);
    erase(run);
    if (taken < whole.count)
        insert({.first = whole.first + taken, .count = whole.count - taken});
    return {.first = whole.first, .count = taken};
}

Result<std::vector<ClusterRange>> FreeSpace::take(std::uint32_t count)
{
    std::vector<ClusterRange> taken;
    FATLAS_TRY(findRun(count));
    while (count > 0 && !m_byLength.empty()) {
        // The shortest run that is long enough, else the longest one.
        auto best = m_byLength.lower_bound({count, Cluster{}});
        if (best == m_byLength.end())
            --best;
        taken.push_back(takeFront(m_runs.find(best->second), count));
        count -= taken.back().count;
    }
    if (count > 0)
        return fail(ErrorCode::NoSpace, "there are not enough free clusters");
    std::ranges::sort(taken, {}, &ClusterRange::first);
    return taken;
}

} // namespace fatlas::edit
