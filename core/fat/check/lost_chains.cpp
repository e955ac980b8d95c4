#include "core/base/text.hpp"
#include "core/fat/check/chain_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxPieces = 8'000'000; ///< more are counted, each as a chain
constexpr std::uint32_t nowhere = UINT32_MAX;
constexpr std::uint64_t bytesForGuess = 4096;

/// A row of lost clusters, each pointing to the next.
struct LostPiece {
    ClusterRange range;
    std::uint32_t last = 0;  ///< entry of its last cluster
    std::uint32_t chain = 0; ///< number of the chain it is in, from 1
    bool hasPredecessor = false;
};

class LostChainFinder {
public:
    LostChainFinder(const Volume& volume, const ClusterSet& owned)
        : m_volume(volume), m_type(volume.geometry().type), m_owned(owned)
    {}

    Result<LostChains> find(const FatLinks& links, const JobControl& job)
    {
        FATLAS_TRY(links.forEach(job, [this](const LinkRun& run) { takeRun(run); }));
        markPredecessors();
        for (const bool isLoop : {false, true})
            for (std::uint32_t at = 0; at < m_pieces.size(); ++at) {
                if (at % 65536 == 0)
                    FATLAS_TRY(job.checkpoint());
                if (m_pieces[at].chain == 0 && (isLoop || !m_pieces[at].hasPredecessor))
                    FATLAS_TRY(follow(at));
            }
        std::ranges::sort(m_lost.listed, {}, &LostChain::first);
        return std::move(m_lost);
    }

private:
    /// The parts of a run that nobody owns.
    void takeRun(const LinkRun& run)
    {
        ClusterRange rest{.first = run.first, .count = run.count};
        while (const auto first = m_owned.findFirstMissing(rest)) {
            const ClusterRange behind{.first = *first, .count = run.end() - *first};
            const Cluster end = m_owned.findFirst(behind).value_or(run.end());
            takePiece({.range = {.first = *first, .count = end - *first},
                       .last = end == run.end() ? run.last : end.value});
            rest = {.first = end, .count = run.end() - end};
        }
    }

    void takePiece(const LostPiece& piece)
    {
        m_lost.clusterCount += piece.range.count;
        if (m_pieces.size() < maxPieces)
            m_pieces.push_back(piece);
        else
            ++m_lost.chainCount;
    }

    /// Chains that are not listed are only counted.
    [[nodiscard]] bool hasRoom() const { return m_lost.listed.size() < CheckReport::maxListed; }

    /// The piece that a cluster lies in; `nowhere` when it is not lost.
    [[nodiscard]] std::uint32_t pieceOf(Cluster cluster) const
    {
        const auto after = std::ranges::upper_bound(
            m_pieces, cluster, {}, [](const LostPiece& p) { return p.range.first; });
        if (after == m_pieces.begin() || !std::prev(after)->range.contains(cluster))
            return nowhere;
        return static_cast<std::uint32_t>(after - m_pieces.begin()) - 1;
    }

    [[nodiscard]] std::uint32_t pieceBehind(const LostPiece& piece) const
    {
        const FatEntry entry = interpretEntry(m_type, piece.last);
        return entry.kind == EntryKind::Next ? pieceOf(entry.next) : nowhere;
    }

    void markPredecessors()
    {
        for (const LostPiece& piece : m_pieces) {
            const std::uint32_t behind = pieceBehind(piece);
            if (behind != nowhere && m_pieces[behind].range.first.value == piece.last &&
                &m_pieces[behind] != &piece)
                m_pieces[behind].hasPredecessor = true;
        }
    }

    Result<> follow(std::uint32_t start)
    {
        ++m_lost.chainCount;
        const auto number = static_cast<std::uint32_t>(m_lost.chainCount);
        LostChain chain{.first = m_pieces[start].range.first};
        for (std::uint32_t at = start;;) {
            LostPiece& piece = m_pieces[at];
            piece.chain = number;
            chain.clusterCount += piece.range.count;
            const std::uint32_t behind = pieceBehind(piece);
            if (behind == nowhere) {
                if (hasRoom()) {
                    FATLAS_ASSIGN(chain.end, endOf(piece));
                }
                break;
            }
            const bool isNew =
                m_pieces[behind].chain == 0 && m_pieces[behind].range.first.value == piece.last;
            if (!isNew) {
                chain.end = m_pieces[behind].chain == number ? ChainEnd::Loop : ChainEnd::Limit;
                break;
            }
            at = behind;
        }
        return keep(std::move(chain));
    }

    /// Of a chain that does not go on in lost clusters.
    [[nodiscard]] Result<ChainEnd> endOf(const LostPiece& piece) const
    {
        const FatEntry entry = interpretEntry(m_type, piece.last);
        if (entry.kind == EntryKind::End)
            return ChainEnd::EndMark;
        if (entry.kind == EntryKind::Reserved)
            return ChainEnd::Reserved;
        if (!m_volume.geometry().isData(entry.next))
            return ChainEnd::OutOfRange;
        if (m_owned.contains(entry.next))
            return ChainEnd::Limit;
        FATLAS_ASSIGN(const FatEntry next, m_volume.entry(entry.next));
        return next.kind == EntryKind::Bad ? ChainEnd::Bad : ChainEnd::Free;
    }

    Result<> keep(LostChain chain)
    {
        if (!hasRoom())
            return {};
        const Geometry& geometry = m_volume.geometry();
        Bytes start(std::min<std::uint64_t>(geometry.clusterSize(), bytesForGuess));
        FATLAS_TRY(m_volume.device().read(geometry.clusterOffset(chain.first), start));
        chain.guess = guessContent(start);
        m_lost.listed.push_back(std::move(chain));
        return {};
    }

    const Volume& m_volume;
    FatType m_type;
    const ClusterSet& m_owned;
    std::vector<LostPiece> m_pieces;
    LostChains m_lost;
};

const char* howItEnds(ChainEnd end)
{
    switch (end) {
    case ChainEnd::EndMark: break;
    case ChainEnd::Free: return ", which runs into a free cluster";
    case ChainEnd::Bad: return ", which runs into a bad cluster";
    case ChainEnd::Reserved: return ", which runs into a reserved number";
    case ChainEnd::OutOfRange: return ", which leaves the volume";
    case ChainEnd::Loop: return ", which comes back to itself";
    case ChainEnd::Limit: return ", which runs into another chain";
    }
    return "";
}

} // namespace

Result<LostChains> findLostChains(const Volume& volume, const FatLinks& links,
                                  const ClusterSet& owned, const JobControl& job)
{
    return LostChainFinder(volume, owned).find(links, job);
}

void noteLostChains(const Volume& volume, const LostChains& lost, FindingList& findings)
{
    for (const LostChain& chain : lost.listed) {
        if (!findings.hasRoomFor("L1"))
            break;
        findings.add(
            {.rule = "L1",
             .severity = Severity::Warning,
             .path = {},
             .message = fmt::format(
                 "{} belong to no file{}{}",
                 chain.clusterCount == 1
                     ? std::string("1 cluster that is in use")
                     : fmt::format("{} clusters that are in use", formatCount(chain.clusterCount)),
                 howItEnds(chain.end), chain.guess.empty() ? "" : "; it may be " + chain.guess),
             .advice = {},
             .offset = volume.geometry().clusterOffset(chain.first),
             .cluster = chain.first.value});
    }
    if (lost.chainCount > FindingList::maxPerRule)
        findings.add(
            {.rule = "L2",
             .severity = Severity::Warning,
             .path = {},
             .message = fmt::format("{} clusters in {} chains belong to no file",
                                    formatCount(lost.clusterCount), formatCount(lost.chainCount)),
             .advice = {}});
}

} // namespace fatlas::fat
