#include "core/fat/read_tree.hpp"

#include "core/base/text.hpp"
#include "core/fat/chain_walk.hpp"
#include "core/fat/directory_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxNodes = 20'000'000;  // C8
constexpr std::size_t maxRuns = maxChainRuns; // C8
constexpr std::size_t maxReserved = 1'000'000;
constexpr std::size_t maxFindingDepth = 100;
constexpr std::uint64_t spareClusterVisits = 1'000'000;

/// Breadth first: the vector of nodes is the queue.
class TreeReader {
public:
    TreeReader(const Volume& volume, const TreeReading& how, const JobControl& job)
        : m_volume(volume), m_how(how), m_job(job),
          m_clusterVisits(std::uint64_t{volume.geometry().clusterCount} * 4 + spareClusterVisits)
    {
        m_tree->nodes.reserve(std::min(how.expectedNodes, maxReserved));
        m_tree->runs.reserve(std::min(how.expectedRuns, maxReserved));
    }

    Result<std::shared_ptr<const Tree>> read()
    {
        FATLAS_TRY(addRoot());
        for (std::uint32_t at = 0; at < m_tree->nodes.size(); ++at) {
            if (m_tree->nodes[at].isDirectory)
                FATLAS_TRY(enter(at));
        }
        summariseFindings();
        m_job.report(m_tree->nodes.size(), 0);
        return std::move(m_tree);
    }

private:
    [[nodiscard]] bool hasFixedRoot() const { return m_volume.geometry().type != FatType::Fat32; }

    Result<> addRoot()
    {
        TreeNode root;
        root.isDirectory = true;
        if (!hasFixedRoot())
            FATLAS_TRY(addChain(root, m_volume.geometry().rootCluster));
        m_tree->nodes.push_back(std::move(root));
        noteChainEnd(0);
        return {};
    }

    /// A directory that has no cluster of its own has no slots either.
    Result<> enter(std::uint32_t at)
    {
        FATLAS_TRY(m_job.checkpoint());
        const bool isFixed = at == 0 && hasFixedRoot();
        const Chain chain = isFixed ? Chain{} : claimDirectory(at);
        if (!isFixed && chain.runs.empty())
            return {};
        if (m_how.listings) {
            FATLAS_ASSIGN(DirectoryListing listing, m_how.listings(chain));
            return take(at, std::move(listing));
        }
        FATLAS_ASSIGN(const SlotBytes slots, readDirectorySlots(m_volume, chain));
        FATLAS_TRY(take(at, decodeDirectory(slots.source(), m_volume.codePage())));
        if (m_how.visitor != nullptr)
            for (Finding& finding : m_how.visitor->visit(*m_tree, at, slots.source()))
                keepFinding(at, std::move(finding));
        return {};
    }

    Result<> take(std::uint32_t at, DirectoryListing listing)
    {
        if (auto finding = directoryTooLong(m_volume.geometry(), m_tree->runsOf(at)))
            listing.findings.push_back(*std::move(finding));
        if (at == 0)
            m_tree->label = std::move(listing.label);
        for (Finding& finding : listing.findings)
            keepFinding(at, std::move(finding));
        FATLAS_TRY(addChildren(at, std::move(listing.items)));
        m_job.report(m_tree->nodes.size(), 0);
        return {};
    }

    Result<> addChildren(std::uint32_t at, std::vector<DirectoryItem> items)
    {
        const std::size_t first = m_tree->nodes.size();
        if (items.size() > maxNodes - std::min(first, maxNodes))
            return fail(ErrorCode::Limit,
                        fmt::format("the volume has more than {} entries", formatCount(maxNodes)));
        m_tree->nodes[at].firstChild = static_cast<std::uint32_t>(first);
        m_tree->nodes[at].childCount = static_cast<std::uint32_t>(items.size());
        for (DirectoryItem& item : items)
            FATLAS_TRY(addChild(at, std::move(item)));
        return {};
    }

    /// The clusters of a directory up to the first that another one had before (C6), so that every
    /// cluster is read as a directory at most once.
    Chain claimDirectory(std::uint32_t at)
    {
        const std::uint64_t most = mostDirectoryClusters(m_volume.geometry());
        Chain chain;
        for (const ClusterRange& run : m_tree->runsOf(at)) {
            for (Cluster cluster = run.first; cluster < run.end(); ++cluster) {
                if (chain.clusterCount == most)
                    return chain; // the rest is not read
                if (!m_directoryClusters.insert(cluster.value).second) {
                    noteSeenBefore(at, cluster);
                    return chain;
                }
                appendRun(chain, cluster);
            }
        }
        return chain;
    }

    static void appendRun(Chain& chain, Cluster cluster)
    {
        if (!chain.runs.empty() && chain.runs.back().end() == cluster)
            ++chain.runs.back().count;
        else
            chain.runs.push_back({.first = cluster, .count = 1});
        ++chain.clusterCount;
    }

    Result<> addChild(std::uint32_t parent, DirectoryItem&& item)
    {
        TreeNode node;
        node.name = std::move(item.name);
        node.shortName = std::move(item.shortName);
        node.raw = item.raw;
        node.entryOffset = item.entryOffset;
        node.parent = parent;
        node.isDirectory = item.isDirectory();
        const Cluster first = m_volume.firstCluster(item.raw);
        if (first.value != 0 || node.isDirectory || node.size() != 0)
            FATLAS_TRY(addChain(node, first));
        m_tree->nodes.push_back(std::move(node));
        noteChainEnd(static_cast<std::uint32_t>(m_tree->nodes.size() - 1));
        if (m_tree->nodes.size() % 4096 == 0)
            FATLAS_TRY(m_job.checkpoint());
        return {};
    }

    Result<> addChain(TreeNode& node, Cluster first)
    {
        const auto most = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(m_clusterVisits, std::numeric_limits<std::uint32_t>::max()));
        const auto number = static_cast<std::uint32_t>(m_tree->nodes.size());
        FATLAS_ASSIGN(const Chain chain, m_how.chains ? m_how.chains(first, most, number)
                                                      : m_volume.chain(first, most));
        m_clusterVisits -= std::min<std::uint64_t>(m_clusterVisits, chain.clusterCount);
        if (chain.runs.size() > maxRuns - m_tree->runs.size())
            return fail(ErrorCode::Limit,
                        fmt::format("the volume has more than {} fragments", formatCount(maxRuns)));
        node.firstRun = static_cast<std::uint32_t>(m_tree->runs.size());
        node.runCount = static_cast<std::uint32_t>(chain.runs.size());
        node.clusterCount = chain.clusterCount;
        node.end = chain.end;
        m_tree->runs.insert(m_tree->runs.end(), chain.runs.begin(), chain.runs.end());
        return {};
    }

    void noteChainEnd(std::uint32_t at);

    void noteSeenBefore(std::uint32_t at, Cluster cluster)
    {
        keepFinding(at, {.rule = "C6",
                         .severity = Severity::Error,
                         .path = {},
                         .message = fmt::format("cluster {} is part of another folder already; "
                                                "it is not entered again",
                                                cluster.value),
                         .advice = {},
                         .offset = std::nullopt,
                         .cluster = cluster.value});
    }

    /// Findings of a directory get its path; those about an item already have the name.
    void keepFinding(std::uint32_t at, Finding finding)
    {
        if (++m_findingCount > m_how.maxFindings)
            return;
        const std::string folder = shortenedPath(at);
        finding.path = finding.path.empty() ? folder
                       : at == 0            ? "/" + finding.path
                                            : folder + "/" + finding.path;
        m_tree->findings.push_back(std::move(finding));
    }

    /// A chain of folders can be as deep as the volume has clusters: names the last ones.
    [[nodiscard]] std::string shortenedPath(std::uint32_t at) const
    {
        std::uint32_t top = at;
        for (std::size_t level = 0; top != 0 && level < maxFindingDepth; ++level)
            top = m_tree->nodes[top].parent;
        if (top == 0)
            return m_tree->path(at);
        std::string text;
        for (std::uint32_t up = at; up != top; up = m_tree->nodes[up].parent)
            text.insert(0, "/" + m_tree->nodes[up].name);
        return "..." + text;
    }

    void summariseFindings()
    {
        if (m_findingCount > m_how.maxFindings)
            m_tree->findings.push_back(
                {.rule = "C9",
                 .severity = Severity::Warning,
                 .path = "/",
                 .message = fmt::format("{} more findings in directories are not listed",
                                        formatCount(m_findingCount - m_how.maxFindings)),
                 .advice = {}});
    }

    const Volume& m_volume;
    const TreeReading& m_how;
    const JobControl& m_job;
    std::shared_ptr<Tree> m_tree = std::make_shared<Tree>();
    std::unordered_set<std::uint32_t> m_directoryClusters;
    std::uint64_t m_clusterVisits; ///< what cross-linked chains may cost altogether (C7)
    std::size_t m_findingCount = 0;
};

struct EndText {
    const char* rule;
    const char* what;
};

/// Nothing for chains that end as they should.
std::optional<EndText> describe(ChainEnd end)
{
    switch (end) {
    case ChainEnd::EndMark: break;
    case ChainEnd::Free: return EndText{.rule = "C1", .what = "runs into a free cluster"};
    case ChainEnd::Bad: return EndText{.rule = "C2", .what = "runs into a bad cluster"};
    case ChainEnd::Reserved: return EndText{.rule = "C3", .what = "runs into a reserved number"};
    case ChainEnd::OutOfRange: return EndText{.rule = "C4", .what = "leaves the volume"};
    case ChainEnd::Loop: return EndText{.rule = "C5", .what = "comes back to itself"};
    case ChainEnd::Limit:
        return EndText{.rule = "C7", .what = "is not followed to its end: too many are shared"};
    }
    return std::nullopt;
}

void TreeReader::noteChainEnd(std::uint32_t at)
{
    const TreeNode& node = m_tree->nodes[at];
    const auto text = describe(node.end);
    if (!text)
        return;
    const Cluster first =
        at == 0 ? m_volume.geometry().rootCluster : m_volume.firstCluster(node.raw);
    if (at == 0 && !m_volume.geometry().isData(first))
        return; // B15 says so
    const bool isNoCluster = first.value < 2;
    keepFinding(at, {.rule = isNoCluster ? "C13" : text->rule,
                     .severity = Severity::Error,
                     .path = {},
                     .message = isNoCluster
                                    ? fmt::format("it starts at cluster {}, which does not exist",
                                                  first.value)
                                    : fmt::format("the chain from cluster {} {} after {} clusters",
                                                  first.value, text->what, node.clusterCount),
                     .advice = {},
                     .offset = node.entryOffset,
                     .cluster = first.value});
}

} // namespace

Result<std::shared_ptr<const Tree>> readTree(const Volume& volume, const JobControl& job)
{
    return readTree(volume, TreeReading(), job);
}

Result<std::shared_ptr<const Tree>> readTree(const Volume& volume, const TreeReading& how,
                                             const JobControl& job)
{
    return TreeReader(volume, how, job).read();
}

} // namespace fatlas::fat
