#include "core/fat/chain_walk.hpp"

#include <algorithm>
#include <optional>

namespace fatlas::fat {
namespace {

class ChainWalk {
public:
    ChainWalk(const FatCache& fat, const Geometry& geometry, std::uint32_t maxClusters)
        : m_fat(fat), m_geometry(geometry), m_maxClusters(maxClusters)
    {}

    Result<Chain> follow(Cluster first)
    {
        FATLAS_TRY(walk(first));
        if (m_chain.clusterCount > m_maxClusters) {
            cutTo(m_maxClusters);
            m_chain.end = ChainEnd::Limit;
        }
        return std::move(m_chain);
    }

private:
    /// A loop of n distinct clusters shows itself before 4 n steps, so whoever goes on longer than
    /// this has more than the caller asked for, and the first of them are distinct.
    [[nodiscard]] bool isFarPastLimit() const
    {
        return m_chain.clusterCount > std::uint64_t{m_maxClusters} * 4 + 64;
    }

    Result<> walk(Cluster first)
    {
        FatCursor cursor(m_fat);
        Cluster tortoise = first;
        std::uint32_t power = 1;
        std::uint32_t sinceTortoise = 0;
        Cluster at = first;
        while (true) {
            FATLAS_ASSIGN(const auto next, step(cursor, at));
            if (!next || isFarPastLimit())
                return {};
            at = *next;
            if (++sinceTortoise, at == tortoise)
                return closeLoop(first, sinceTortoise);
            if (sinceTortoise == power) {
                tortoise = at;
                power *= 2;
                sinceTortoise = 0;
            }
        }
    }

    /// Takes the cluster in and returns the next one, or ends the chain.
    Result<std::optional<Cluster>> step(FatCursor& cursor, Cluster at)
    {
        if (!m_geometry.isData(at) || at.value >= m_fat.entryCount())
            return end(at.value < 2 ? ChainEnd::Reserved : ChainEnd::OutOfRange);
        FATLAS_ASSIGN(const FatEntry entry, cursor.entry(at));
        if (entry.kind == EntryKind::Free)
            return end(ChainEnd::Free);
        if (entry.kind == EntryKind::Bad)
            return end(ChainEnd::Bad);
        appendCluster(m_chain.runs, at);
        ++m_chain.clusterCount;
        if (m_chain.runs.size() > maxChainRuns)
            return end(ChainEnd::Limit);
        if (entry.kind == EntryKind::End)
            return end(ChainEnd::EndMark);
        if (entry.kind == EntryKind::Reserved)
            return end(ChainEnd::Reserved);
        return entry.next;
    }

    std::optional<Cluster> end(ChainEnd how)
    {
        m_chain.end = how;
        return std::nullopt;
    }

    /// The walk went round at least once: keeps every cluster of tail and loop exactly once.
    Result<> closeLoop(Cluster first, std::uint32_t loopLength)
    {
        FatCursor ahead(m_fat);
        FatCursor behind(m_fat);
        Cluster hare = first;
        Cluster tortoise = first;
        for (std::uint32_t i = 0; i < loopLength; ++i) {
            FATLAS_ASSIGN(hare, nextOf(ahead, hare));
        }
        std::uint32_t tailLength = 0;
        while (hare != tortoise && tailLength < m_geometry.clusterCount) {
            FATLAS_ASSIGN(hare, nextOf(ahead, hare));
            FATLAS_ASSIGN(tortoise, nextOf(behind, tortoise));
            ++tailLength;
        }
        cutTo(tailLength + loopLength);
        m_chain.end = ChainEnd::Loop;
        return {};
    }

    static Result<Cluster> nextOf(FatCursor& cursor, Cluster at)
    {
        FATLAS_ASSIGN(const FatEntry entry, cursor.entry(at));
        return entry.next;
    }

    void cutTo(std::uint32_t clusters)
    {
        std::uint32_t excess =
            m_chain.clusterCount > clusters ? m_chain.clusterCount - clusters : 0;
        m_chain.clusterCount -= excess;
        while (excess > 0) {
            ClusterRange& last = m_chain.runs.back();
            const std::uint32_t taken = std::min(excess, last.count);
            last.count -= taken;
            excess -= taken;
            if (last.count == 0)
                m_chain.runs.pop_back();
        }
    }

    const FatCache& m_fat;
    const Geometry& m_geometry;
    std::uint32_t m_maxClusters;
    Chain m_chain;
};

} // namespace

void appendCluster(std::vector<ClusterRange>& runs, Cluster cluster)
{
    if (!runs.empty() && runs.back().end() == cluster)
        ++runs.back().count;
    else
        runs.push_back({.first = cluster, .count = 1});
}

Result<Chain> walkChain(const FatCache& fat, const Geometry& geometry, Cluster first,
                        std::uint32_t maxClusters)
{
    return ChainWalk(fat, geometry, maxClusters).follow(first);
}

} // namespace fatlas::fat
