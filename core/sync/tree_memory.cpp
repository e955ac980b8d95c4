#include "core/sync/tree_memory.hpp"

#include "core/fat/owned_runs.hpp"
#include "core/fat/read_tree.hpp"
#include "core/sync/cluster_runs.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace fatlas::sync {

namespace {

using fat::Chain;
using fat::DirectoryListing;
using fat::Geometry;
using fat::TreeNode;
using fat::UsageRun;

/// All that have a bit in these bytes of a FAT, of `count` entries.
ClusterRange entriesIn(fat::FatType type, const ByteRange& bytes, std::uint64_t count)
{
    const auto bits = static_cast<std::uint64_t>(type);
    const std::uint64_t end = std::min(bytes.end() * 8 / bits + 1, count);
    const std::uint64_t first = bytes.offset * 8 / bits;
    const std::uint64_t begin = std::min(first - std::min<std::uint64_t>(first, 1), end);
    return {.first = Cluster{static_cast<std::uint32_t>(begin)},
            .count = static_cast<std::uint32_t>(end - begin)};
}

std::uint32_t keyOf(const Chain& chain)
{
    return chain.runs.empty() ? 0 : chain.runs.front().first.value;
}

/// What was read the last time, held against what was written since.
class PastView {
public:
    PastView(const TreeMemory::Past& past, const fat::Volume& now) : m_past(past)
    {
        const GuestTree& guest = past.guest;
        m_isUsable = guest.tree != nullptr && guest.volume->geometry() == now.geometry() &&
                     guest.volume->fatCopy() == now.fatCopy();
        if (m_isUsable)
            findTouched();
    }

    /// Nothing was written to what the tree was made of.
    [[nodiscard]] bool isWhole() const
    {
        return m_isUsable && m_touched.empty() &&
               std::ranges::all_of(m_past.folders, [this](std::uint32_t folder) {
                   return isFolderUntouched(folder);
               });
    }

    /// Its FAT entries were not written to since somebody followed it. Chains with another end than
    /// they should have depend on more than their own entries.
    std::optional<Chain> chain(Cluster first, std::uint32_t maxClusters)
    {
        const std::uint32_t node = nodeFrom(first);
        if (node == none)
            return std::nullopt;
        const TreeNode& past = m_past.guest.node(node);
        const auto runs = m_past.guest.tree->runsOf(node);
        if (past.end != fat::ChainEnd::EndMark || past.clusterCount > maxClusters ||
            areTouched(runs))
            return std::nullopt;
        return Chain{.runs = {runs.begin(), runs.end()}, .clusterCount = past.clusterCount};
    }

    /// What stands in a folder that was not written to, and that nobody shares with it.
    [[nodiscard]] std::optional<DirectoryListing> listing(const Chain& chain) const
    {
        const std::uint32_t folder = folderOf(chain);
        if (folder == none || m_past.odd.contains(keyOf(chain)) || !isFolderUntouched(folder))
            return std::nullopt;
        const fat::Tree& tree = *m_past.guest.tree;
        DirectoryListing listing;
        if (folder == 0)
            listing.label = tree.label;
        const TreeNode& past = tree.nodes[folder];
        listing.items.reserve(past.childCount);
        for (std::uint32_t child = 0; child < past.childCount; ++child) {
            const TreeNode& node = tree.nodes[past.firstChild + child];
            listing.items.push_back({.name = node.name,
                                     .shortName = node.shortName,
                                     .raw = node.raw,
                                     .entryOffset = node.entryOffset});
        }
        return listing;
    }

private:
    void findTouched()
    {
        const fat::Volume& volume = *m_past.guest.volume;
        const Geometry& geometry = volume.geometry();
        const GuestDisk& disk = m_past.guest.disk;
        const ByteRange fat{.offset = disk.volumeOffset + geometry.fatOffset(volume.fatCopy()),
                            .length = geometry.fatSize()};
        for (ByteRange part : disk.log->writtenSince(m_past.guest.stamp, fat)) {
            part.offset -= fat.offset;
            m_touched.push_back(
                entriesIn(geometry.type, part, std::uint64_t{geometry.clusterCount} + 2));
        }
    }

    [[nodiscard]] bool areTouched(std::span<const ClusterRange> runs) const
    {
        return !m_touched.empty() && std::ranges::any_of(runs, [this](const ClusterRange& run) {
            return touchesAny(m_touched, run);
        });
    }

    [[nodiscard]] bool isFolderUntouched(std::uint32_t folder) const
    {
        const GuestTree& guest = m_past.guest;
        const Geometry& geometry = guest.volume->geometry();
        const auto isUntouched = [&guest](const ByteRange& range) {
            return guest.disk.log->isUnchangedSince(guest.stamp, range);
        };
        if (folder == 0 && geometry.type != fat::FatType::Fat32)
            return isUntouched({.offset = guest.disk.volumeOffset + geometry.rootOffset(),
                                .length = geometry.rootSize()});
        return std::ranges::all_of(guest.ranges(folder), isUntouched);
    }

    /// The node whose chain began there; they are mostly asked for in the order they had.
    std::uint32_t nodeFrom(Cluster first)
    {
        if (!m_isUsable)
            return none;
        const auto& nodes = m_past.guest.tree->nodes;
        while (m_next < nodes.size() && nodes[m_next].runCount == 0)
            ++m_next;
        if (m_next >= nodes.size() || firstOf(m_next) != first)
            m_next = ownerFrom(first);
        return m_next == none ? none : m_next++;
    }

    [[nodiscard]] Cluster firstOf(std::uint32_t node) const
    {
        const auto runs = m_past.guest.tree->runsOf(node);
        return runs.empty() ? Cluster{} : runs.front().first;
    }

    [[nodiscard]] std::uint32_t ownerFrom(Cluster first) const
    {
        const UsageRun* run = findRun(*m_past.guest.owned, first);
        return run != nullptr && firstOf(run->owner) == first ? run->owner : none;
    }

    /// That had exactly these clusters for itself.
    [[nodiscard]] std::uint32_t folderOf(const Chain& chain) const
    {
        if (!m_isUsable)
            return none;
        if (chain.runs.empty())
            return 0;
        const std::uint32_t folder = ownerFrom(chain.runs.front().first);
        if (folder == none || !m_past.guest.node(folder).isDirectory ||
            !std::ranges::equal(m_past.guest.tree->runsOf(folder), chain.runs))
            return none;
        const bool isAlone = std::ranges::all_of(
            chain.runs, [&](const ClusterRange& run) { return belongsTo(run, folder); });
        return isAlone ? folder : none;
    }

    [[nodiscard]] bool belongsTo(const ClusterRange& run, std::uint32_t folder) const
    {
        const UsageRun* owned = findRun(*m_past.guest.owned, run.first);
        return owned != nullptr && owned->owner == folder &&
               owned->state == fat::ClusterState::Directory && run.end() <= owned->end();
    }

    const TreeMemory::Past& m_past;
    bool m_isUsable = false;
    std::vector<ClusterRange> m_touched; ///< FAT entries that may be others now, in order
    std::uint32_t m_next = 0;            ///< the node that comes next, if all is as it was
};

Result<DirectoryListing> readListing(const fat::Volume& volume, const Chain& chain)
{
    FATLAS_ASSIGN(const fat::SlotBytes slots, fat::readDirectorySlots(volume, chain));
    return fat::decodeDirectory(slots.source(), volume.codePage());
}

std::vector<std::uint32_t> foldersOf(const fat::Tree& tree)
{
    std::vector<std::uint32_t> folders;
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node)
        if (tree.nodes[node].isDirectory)
            folders.push_back(node);
    return folders;
}

/// `odd`: gets the folders whose listing is more than their entries.
Result<> readAnew(GuestTree& guest, PastView& view, std::unordered_set<std::uint32_t>& odd,
                  const JobControl& job)
{
    const fat::Volume& volume = *guest.volume;
    fat::TreeReading how;
    how.chains = [&](Cluster first, std::uint32_t maxClusters, std::uint32_t) -> Result<Chain> {
        if (auto past = view.chain(first, maxClusters))
            return *std::move(past);
        return volume.chain(first, maxClusters);
    };
    how.listings = [&](const Chain& chain) -> Result<DirectoryListing> {
        if (auto past = view.listing(chain))
            return *std::move(past);
        FATLAS_ASSIGN(DirectoryListing listing, readListing(volume, chain));
        if (!listing.findings.empty())
            odd.insert(keyOf(chain));
        return listing;
    };
    FATLAS_ASSIGN(guest.tree, fat::readTree(volume, how, job));
    FATLAS_ASSIGN(auto owned, fat::ownedRuns(*guest.tree, job));
    guest.owned = std::make_shared<const std::vector<UsageRun>>(std::move(owned));
    return {};
}

} // namespace

Result<> TreeMemory::read(GuestTree& guest, const JobControl& job)
{
    Past past = std::exchange(m_past, {});
    PastView view(past, *guest.volume);
    if (view.isWhole()) {
        guest.tree = past.guest.tree;
        guest.owned = past.guest.owned;
        past.guest = guest;
        m_past = std::move(past);
        return {};
    }
    std::unordered_set<std::uint32_t> odd;
    FATLAS_TRY(readAnew(guest, view, odd, job));
    m_past = {.guest = guest, .folders = foldersOf(*guest.tree), .odd = std::move(odd)};
    return {};
}

} // namespace fatlas::sync
