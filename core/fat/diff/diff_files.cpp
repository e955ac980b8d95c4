#include "core/fat/diff/diff_files.hpp"

#include "core/base/text.hpp"
#include "core/fat/diff/content_compare.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

namespace fatlas::fat {
namespace {

/// What a driver lets be changed without the file being another one.
constexpr std::uint8_t comparedAttributes =
    attribute::readOnly | attribute::hidden | attribute::system | attribute::archive;

bool sameTimes(const DirectoryEntryRaw& a, const DirectoryEntryRaw& b)
{
    return a.createdTenths == b.createdTenths && a.createdTime == b.createdTime &&
           a.createdDate == b.createdDate && a.modifiedTime == b.modifiedTime &&
           a.modifiedDate == b.modifiedDate;
}

class FileDiffer {
public:
    FileDiffer(const DiffSide& before, const DiffSide& after, SameFiles same, const JobControl& job)
        : m_before(before), m_after(after), m_same(same), m_job(job)
    {}

    Result<FileDiff> diff()
    {
        FATLAS_TRY(comparePairs(0, 0));
        FATLAS_TRY(findMoves());
        addLone(FileChangeKind::Removed, m_before, m_removed);
        addLone(FileChangeKind::Added, m_after, m_added);
        std::ranges::sort(m_changes, {}, [](const FileChange& change) {
            return change.before.empty() ? change.after : change.before;
        });
        return FileDiff{.files = std::move(m_changes), .sameCount = m_sameCount};
    }

private:
    struct Pair {
        std::uint32_t before = 0;
        std::uint32_t after = 0;
    };

    static std::u16string keyOf(const TreeNode& node)
    {
        const auto units = utf16FromUtf8(node.name);
        return foldCase(units ? *units : utf16FromUtf8Lossy(node.name));
    }

    /// Children by folded name; the second of a name waits for its counterpart as well.
    static std::multimap<std::u16string, std::uint32_t> childrenOf(const Tree& tree,
                                                                   std::uint32_t node)
    {
        std::multimap<std::u16string, std::uint32_t> children;
        const TreeNode& parent = tree.nodes[node];
        for (std::uint32_t i = 0; i < parent.childCount; ++i)
            children.emplace(keyOf(tree.nodes[parent.firstChild + i]), parent.firstChild + i);
        return children;
    }

    /// Two folders, and everything in them.
    Result<> comparePairs(std::uint32_t before, std::uint32_t after)
    {
        std::vector<Pair> folders{{.before = before, .after = after}};
        while (!folders.empty()) {
            FATLAS_TRY(m_job.checkpoint());
            const Pair pair = folders.back();
            folders.pop_back();
            auto theirs = childrenOf(*m_after.tree, pair.after);
            const auto ours = childrenOf(*m_before.tree, pair.before);
            for (const auto& [key, mine] : ours) {
                const auto match = theirs.find(key);
                if (match == theirs.end()) {
                    m_removed.push_back(mine);
                    continue;
                }
                const Pair both{.before = mine, .after = match->second};
                theirs.erase(match);
                FATLAS_TRY(compare(both, FileChangeKind::Changed));
                queue(folders, both);
            }
            for (const auto& [key, node] : theirs)
                m_added.push_back(node);
        }
        return {};
    }

    /// Two folders are compared inside; a file in the place of a folder has lost all of it.
    void queue(std::vector<Pair>& folders, const Pair& pair)
    {
        const bool folderBefore = m_before.tree->nodes[pair.before].isDirectory;
        const bool folderAfter = m_after.tree->nodes[pair.after].isDirectory;
        if (folderBefore && folderAfter)
            folders.push_back(pair);
        else if (folderBefore)
            takeChildren(*m_before.tree, pair.before, m_removed);
        else if (folderAfter)
            takeChildren(*m_after.tree, pair.after, m_added);
    }

    static void takeChildren(const Tree& tree, std::uint32_t node, std::vector<std::uint32_t>& into)
    {
        for (std::uint32_t i = 0; i < tree.nodes[node].childCount; ++i)
            into.push_back(tree.nodes[node].firstChild + i);
    }

    Result<> compare(const Pair& pair, FileChangeKind kind)
    {
        const TreeNode& a = m_before.tree->nodes[pair.before];
        const TreeNode& b = m_after.tree->nodes[pair.after];
        FileChange change = changeOf(kind, &a, &b);
        change.differences.kind = a.isDirectory != b.isDirectory;
        change.differences.times = !sameTimes(a.raw, b.raw);
        change.differences.attributes =
            ((a.raw.attributes ^ b.raw.attributes) & comparedAttributes) != 0;
        change.differences.name =
            kind == FileChangeKind::Changed && (a.name != b.name || a.shortName != b.shortName);
        if (!a.isDirectory && !b.isDirectory) {
            FATLAS_ASSIGN(change.firstDifference,
                          firstDifference(fileBefore(pair.before), fileAfter(pair.after), m_job));
            change.differences.content = change.firstDifference.has_value();
            m_done += a.size() + b.size();
            m_job.report(m_done, 0);
        }
        if (kind != FileChangeKind::Moved && !change.differences.any()) {
            ++m_sameCount;
            change.kind = FileChangeKind::Same;
            if (m_same == SameFiles::Counted)
                return {};
        }
        change.nodeBefore = pair.before;
        change.nodeAfter = pair.after;
        change.before = m_before.tree->path(pair.before);
        change.after = m_after.tree->path(pair.after);
        m_changes.push_back(std::move(change));
        return {};
    }

    static FileChange changeOf(FileChangeKind kind, const TreeNode* before, const TreeNode* after)
    {
        FileChange change;
        change.kind = kind;
        change.isDirectory = (after != nullptr ? after : before)->isDirectory;
        if (before != nullptr)
            change.sizeBefore = before->size();
        if (after != nullptr)
            change.sizeAfter = after->size();
        return change;
    }

    [[nodiscard]] FileOnVolume fileBefore(std::uint32_t node) const
    {
        return {.volume = *m_before.volume, .tree = *m_before.tree, .node = node};
    }

    [[nodiscard]] FileOnVolume fileAfter(std::uint32_t node) const
    {
        return {.volume = *m_after.volume, .tree = *m_after.tree, .node = node};
    }

    void addLone(FileChangeKind kind, const DiffSide& side, const std::vector<std::uint32_t>& nodes)
    {
        const bool isRemoved = kind == FileChangeKind::Removed;
        for (const std::uint32_t node : nodes) {
            const TreeNode& entry = side.tree->nodes[node];
            FileChange change =
                changeOf(kind, isRemoved ? &entry : nullptr, isRemoved ? nullptr : &entry);
            (isRemoved ? change.before : change.after) = side.tree->path(node);
            (isRemoved ? change.nodeBefore : change.nodeAfter) = node;
            m_changes.push_back(std::move(change));
        }
    }

    /// What is alone on both sides is paired; a folder that was moved is compared inside, which may
    /// leave more alone, so it goes on until nothing is paired any more.
    Result<> findMoves()
    {
        while (true) {
            FATLAS_TRY(m_job.checkpoint());
            FATLAS_ASSIGN(const bool folders, pairFolders());
            if (folders)
                continue;
            expand(*m_before.tree, m_removed, m_movedBefore);
            expand(*m_after.tree, m_added, m_movedAfter);
            return pairFiles();
        }
    }

    using Nodes = std::unordered_set<std::uint32_t>;

    /// Lone folders give way to themselves and everything in them that was not moved, so that files
    /// find each other.
    static void expand(const Tree& tree, std::vector<std::uint32_t>& nodes, const Nodes& moved)
    {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const TreeNode node = tree.nodes[nodes[i]];
            for (std::uint32_t child = 0; child < node.childCount; ++child)
                if (!moved.contains(node.firstChild + child))
                    nodes.push_back(node.firstChild + child);
        }
    }

    /// Lone folders at any depth, those above first.
    static std::vector<std::uint32_t> foldersIn(const Tree& tree, std::vector<std::uint32_t> nodes,
                                                const Nodes& moved)
    {
        expand(tree, nodes, moved);
        std::erase_if(nodes, [&](std::uint32_t node) { return !tree.nodes[node].isDirectory; });
        return nodes;
    }

    static bool liesInMoved(const Tree& tree, std::uint32_t node, const Nodes& moved)
    {
        for (; node != 0; node = tree.nodes[node].parent)
            if (moved.contains(node))
                return true;
        return false;
    }

    /// The same chain with the same creation time is the same folder.
    Result<bool> pairFolders()
    {
        const auto keyOfFolder = [](const DiffSide& side, std::uint32_t node) {
            const DirectoryEntryRaw& raw = side.tree->nodes[node].raw;
            return std::tuple(side.volume->firstCluster(raw).value, raw.createdDate.get(),
                              raw.createdTime.get(), raw.createdTenths);
        };
        std::map<decltype(keyOfFolder(m_before, 0)), std::uint32_t> lone;
        for (const std::uint32_t node : foldersIn(*m_before.tree, m_removed, m_movedBefore))
            lone.emplace(keyOfFolder(m_before, node), node);
        bool anyPaired = false;
        for (const std::uint32_t node : foldersIn(*m_after.tree, m_added, m_movedAfter)) {
            const auto found = lone.find(keyOfFolder(m_after, node));
            if (found == lone.end() || !shareAName(found->second, node) ||
                liesInMoved(*m_before.tree, found->second, m_movedBefore) ||
                liesInMoved(*m_after.tree, node, m_movedAfter))
                continue;
            const Pair pair{.before = found->second, .after = node};
            lone.erase(found);
            forget(pair);
            FATLAS_TRY(compare(pair, FileChangeKind::Moved));
            FATLAS_TRY(comparePairs(pair.before, pair.after));
            anyPaired = true;
        }
        return anyPaired;
    }

    /// Two folders that have their name, or something in them, in common (or are both empty).
    [[nodiscard]] bool shareAName(std::uint32_t before, std::uint32_t after) const
    {
        const auto mine = childrenOf(*m_before.tree, before);
        const auto theirs = childrenOf(*m_after.tree, after);
        if (keyOf(m_before.tree->nodes[before]) == keyOf(m_after.tree->nodes[after]) ||
            (mine.empty() && theirs.empty()))
            return true;
        return std::ranges::any_of(mine,
                                   [&](const auto& child) { return theirs.contains(child.first); });
    }

    void forget(const Pair& pair)
    {
        std::erase(m_removed, pair.before);
        std::erase(m_added, pair.after);
        m_movedBefore.insert(pair.before);
        m_movedAfter.insert(pair.after);
    }

    /// Size and hash: files that have the same ones most probably have the same bytes.
    using ContentKey = std::pair<std::uint64_t, std::uint64_t>;
    using ByContent = std::multimap<ContentKey, std::uint32_t>;

    /// Files in their old place first: copies of a file must not be taken for it.
    Result<> pairFiles()
    {
        const auto sizesBefore = sizesOf(*m_before.tree, m_removed);
        const auto sizesAfter = sizesOf(*m_after.tree, m_added);
        ByContent removed;
        ByContent added;
        FATLAS_TRY(sortByContent(m_before, m_removed, sizesAfter, removed));
        FATLAS_TRY(sortByContent(m_after, m_added, sizesBefore, added));
        std::vector<Pair> pairs;
        for (const int leastScore : {samePlaceScore, 1}) {
            for (auto at = added.begin(); at != added.end();) {
                FATLAS_ASSIGN(const auto match, matchFor(*at, removed, leastScore));
                if (match)
                    pairs.push_back({.before = *match, .after = at->second});
                at = match ? added.erase(at) : std::next(at);
            }
        }
        return takePairs(pairs);
    }

    /// The files of `nodes` whose size is one of `sizes`.
    Result<> sortByContent(const DiffSide& side, const std::vector<std::uint32_t>& nodes,
                           const std::unordered_set<std::uint64_t>& sizes, ByContent& into)
    {
        for (const std::uint32_t node : nodes) {
            const TreeNode& entry = side.tree->nodes[node];
            if (entry.isDirectory || !sizes.contains(entry.size()))
                continue;
            const FileOnVolume file{.volume = *side.volume, .tree = *side.tree, .node = node};
            FATLAS_ASSIGN(const std::uint64_t hash, contentHash(file, m_job));
            into.emplace(ContentKey(entry.size(), hash), node);
        }
        return {};
    }

    static std::unordered_set<std::uint64_t> sizesOf(const Tree& tree,
                                                     const std::vector<std::uint32_t>& nodes)
    {
        std::unordered_set<std::uint64_t> sizes;
        for (const std::uint32_t node : nodes)
            if (!tree.nodes[node].isDirectory)
                sizes.insert(tree.nodes[node].size());
        return sizes;
    }

    Result<> takePairs(const std::vector<Pair>& pairs)
    {
        std::unordered_set<std::uint32_t> before;
        std::unordered_set<std::uint32_t> after;
        for (const Pair& pair : pairs) {
            FATLAS_TRY(compare(pair, FileChangeKind::Moved));
            before.insert(pair.before);
            after.insert(pair.after);
        }
        std::erase_if(m_removed, [&](std::uint32_t node) { return before.contains(node); });
        std::erase_if(m_added, [&](std::uint32_t node) { return after.contains(node); });
        return {};
    }

    /// How much speaks for two files with the same bytes being the same file.
    [[nodiscard]] int scoreOf(const Pair& pair) const
    {
        const TreeNode& a = m_before.tree->nodes[pair.before];
        const TreeNode& b = m_after.tree->nodes[pair.after];
        const bool sameName = keyOf(a) == keyOf(b);
        const bool sameStamps = sameTimes(a.raw, b.raw);
        // An empty file is like any other empty file: only its name and times tell.
        if (b.size() == 0 && !(sameName && sameStamps))
            return 0;
        const bool samePlace = a.runCount == b.runCount && a.runCount != 0 &&
                               std::ranges::equal(m_before.tree->runsOf(pair.before),
                                                  m_after.tree->runsOf(pair.after));
        return 1 + (sameStamps ? 1 : 0) + (sameName ? 2 : 0) + (samePlace ? samePlaceScore : 0);
    }

    /// Of the files with the same bytes the one for which most speaks, and at least `leastScore`.
    Result<std::optional<std::uint32_t>> matchFor(const ByContent::value_type& added,
                                                  ByContent& lone, int leastScore)
    {
        auto at = lone.lower_bound(added.first);
        auto best = lone.end();
        int bestScore = leastScore - 1;
        for (int tried = 0; at != lone.end() && at->first == added.first && tried < maxCandidates;
             ++at, ++tried) {
            const int score = scoreOf({.before = at->second, .after = added.second});
            if (score <= bestScore)
                continue;
            FATLAS_ASSIGN(const auto difference,
                          firstDifference(fileBefore(at->second), fileAfter(added.second), m_job));
            if (difference)
                continue;
            bestScore = score;
            best = at;
        }
        if (best == lone.end())
            return std::nullopt;
        const std::uint32_t found = best->second;
        lone.erase(best);
        return found;
    }

    static constexpr int samePlaceScore = 4;
    static constexpr int maxCandidates = 64;

    const DiffSide& m_before;
    const DiffSide& m_after;
    SameFiles m_same;
    const JobControl& m_job;
    std::vector<FileChange> m_changes;
    std::uint64_t m_sameCount = 0;
    std::vector<std::uint32_t> m_removed; ///< nodes without a counterpart
    std::vector<std::uint32_t> m_added;
    Nodes m_movedBefore; ///< folders that were compared inside already
    Nodes m_movedAfter;
    std::uint64_t m_done = 0;
};

} // namespace

Result<FileDiff> diffFiles(const DiffSide& before, const DiffSide& after, SameFiles same,
                           const JobControl& job)
{
    return FileDiffer(before, after, same, job).diff();
}

} // namespace fatlas::fat
