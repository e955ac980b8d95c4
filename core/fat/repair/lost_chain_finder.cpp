#include "core/fat/repair/lost_chain_finder.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024;

bool isAllocated(EntryKind kind)
{
    return kind != EntryKind::Free && kind != EntryKind::Bad;
}

} // namespace

LostChainFinder::LostChainFinder(RepairSession& session, const FatEditor& fat)
    : m_session(session), m_geometry(session.geometry()), m_fat(fat),
      m_seen(m_geometry.endCluster().value), m_pointedTo(m_geometry.endCluster().value)
{
    for (const ClusterRange& run : session.tree().runs)
        std::fill_n(m_seen.begin() + run.first.value, run.count, true);
}

Result<std::vector<FoundChain>> LostChainFinder::find()
{
    FATLAS_TRY(markPointedTo());
    FATLAS_TRY(walkFrom(Heads::NotPointedTo));
    FATLAS_TRY(walkFrom(Heads::Any));
    return std::move(m_found);
}

Result<>
LostChainFinder::forEachUnlisted(const std::function<Result<>(ClusterRange clusters)>& take)
{
    constexpr std::uint32_t longestRow = 65536;
    ClusterRange row;
    const auto add = [&](Cluster at, const FatEntry&) -> Result<> {
        if (row.count != 0 && row.end() == at && row.count < longestRow) {
            ++row.count;
            return {};
        }
        const ClusterRange done = std::exchange(row, {.first = at, .count = 1});
        return done.count != 0 ? take(done) : Result<>();
    };
    FATLAS_TRY(forEachLost(add));
    return row.count != 0 ? take(row) : Result<>();
}

template <class Take>
Result<> LostChainFinder::forEachLost(const Take& take)
{
    std::vector<std::uint32_t> raw;
    for (Cluster at{2}; at < m_geometry.endCluster();) {
        FATLAS_TRY(m_session.job().checkpoint());
        raw.resize(std::min(entriesPerStep, m_geometry.endCluster() - at));
        FATLAS_TRY(m_session.volume().rawEntries(at, raw));
        for (const std::uint32_t value : raw) {
            if (value != 0 && !m_seen[at.value]) {
                const FatEntry entry = interpretEntry(m_geometry.type, value);
                if (isAllocated(entry.kind))
                    FATLAS_TRY(take(at, entry));
            }
            ++at;
        }
    }
    return {};
}

Result<> LostChainFinder::markPointedTo()
{
    return forEachLost([this](Cluster at, const FatEntry& entry) -> Result<> {
        if (entry.kind == EntryKind::Next && m_geometry.isData(entry.next) && entry.next != at)
            m_pointedTo[entry.next.value] = true;
        return {};
    });
}

Result<> LostChainFinder::walkFrom(Heads heads)
{
    return forEachLost([this, heads](Cluster at, const FatEntry&) -> Result<> {
        if (heads == Heads::NotPointedTo && m_pointedTo[at.value])
            return {};
        return m_found.size() < maxFound ? walk(at) : Result<>{};
    });
}

Result<> LostChainFinder::walk(Cluster first)
{
    FoundChain chain{.first = first, .last = first};
    for (Cluster at = first;;) {
        m_seen[at.value] = true;
        chain.last = at;
        ++chain.clusterCount;
        FATLAS_ASSIGN(const FatEntry entry, m_fat.entry(at));
        chain.hasEndMark = entry.kind == EntryKind::End;
        if (entry.kind != EntryKind::Next || !m_geometry.isData(entry.next) ||
            m_seen[entry.next.value])
            break;
        FATLAS_ASSIGN(const FatEntry next, m_fat.entry(entry.next));
        if (!isAllocated(next.kind))
            break;
        at = entry.next;
    }
    m_found.push_back(chain);
    return {};
}

} // namespace fatlas::fat
