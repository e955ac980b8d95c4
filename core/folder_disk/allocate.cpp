#include "core/folder_disk/allocate.hpp"

#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/folder_disk/demand.hpp"

#include <fmt/format.h>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint32_t entriesPerCheckpoint = 4096;
constexpr std::uint32_t gone = UINT32_MAX;

bool hasFixedRoot(const fat::Geometry& geometry)
{
    return geometry.type != fat::FatType::Fat32;
}

/// First pass: what fits, by entry; and why the others do not.
class Fitting {
public:
    Fitting(Draft& draft, const DraftRequest& request, const fat::Geometry& geometry)
        : m_draft(draft), m_request(request), m_geometry(geometry), m_free(geometry.clusterCount),
          m_rootFree(geometry.rootEntryCount), m_keeps(draft.entries.size(), true)
    {
        const std::uint32_t own = ownSlots(0, request.options);
        m_rootFree -= std::min(m_rootFree, own);
        if (!hasFixedRoot(geometry))
            m_free -= std::min(m_free, clustersOf(draft.entries.front(), geometry.clusterSize()));
    }

    /// True when everything fits.
    Result<bool> run(const JobControl& job)
    {
        bool all = true;
        for (std::uint32_t i = 1; i < m_draft.entries.size(); ++i) {
            if (i % entriesPerCheckpoint == 0)
                FATLAS_TRY(job.checkpoint());
            m_keeps[i] = take(m_draft.entries[i]);
            all = all && m_keeps[i];
        }
        return all;
    }

    [[nodiscard]] const std::vector<bool>& keeps() const noexcept { return m_keeps; }

private:
    bool take(const Entry& entry)
    {
        const bool needsRootSlots = hasFixedRoot(m_geometry) && entry.parent == 0;
        const std::uint64_t needed = clustersOf(entry, m_geometry.clusterSize());
        if (!m_keeps[entry.parent])
            return refuse(entry, UnfitReason::ParentUnfit, "a folder above it is not on the disk");
        if (needsRootSlots && entry.slotCount > m_rootFree)
            return refuse(entry, UnfitReason::RootFull,
                          fmt::format("the root directory is full: it has {} entries, and long "
                                      "names take several each",
                                      formatCount(m_geometry.rootEntryCount)));
        if (needed > m_free)
            return refuse(entry, UnfitReason::NoRoom, noRoom(needed));
        m_free -= needed;
        if (needsRootSlots)
            m_rootFree -= entry.slotCount;
        return true;
    }

    [[nodiscard]] std::string noRoom(std::uint64_t needed) const
    {
        return fmt::format("it needs {} in clusters of {}, and {} are left",
                           formatSize(needed * m_geometry.clusterSize()),
                           formatSize(m_geometry.clusterSize()),
                           formatSize(m_free * m_geometry.clusterSize()));
    }

    bool refuse(const Entry& entry, UnfitReason reason, std::string message)
    {
        const host::Node& node = m_request.snapshot.nodes[entry.node];
        m_draft.unfit.push_back({.path = m_request.snapshot.relativePath(entry.node),
                                 .size = node.kind == host::NodeKind::File ? node.size : 0,
                                 .reason = reason,
                                 .message = std::move(message)});
        return false;
    }

    Draft& m_draft;
    const DraftRequest& m_request;
    const fat::Geometry& m_geometry;
    std::uint64_t m_free;
    std::uint32_t m_rootFree;
    std::vector<bool> m_keeps;
};

void renumberNames(Draft& draft, const std::vector<std::uint32_t>& places)
{
    std::erase_if(draft.nameChanges,
                  [&](const NameChange& change) { return places[change.entry] == gone; });
    for (NameChange& change : draft.nameChanges)
        change.entry = places[change.entry];
}

/// Children stay contiguous because the order stays; their folders are counted anew.
void recountFolders(std::vector<Entry>& entries, const Options& options)
{
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        Entry& entry = entries[i];
        if (entry.isDirectory) {
            entry.firstChild = static_cast<std::uint32_t>(entries.size());
            entry.childCount = 0;
            entry.size = std::uint64_t{ownSlots(i, options)} * fat::slotSize;
        }
        if (i == 0)
            continue;
        Entry& parent = entries[entry.parent];
        if (parent.childCount++ == 0)
            parent.firstChild = i;
        parent.size += std::uint64_t{entry.slotCount} * fat::slotSize;
    }
}

void dropUnfit(Draft& draft, const std::vector<bool>& keeps, const Options& options)
{
    std::vector<std::uint32_t> places(draft.entries.size(), gone);
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < draft.entries.size(); ++i) {
        if (!keeps[i])
            continue;
        draft.entries[i].parent = places[draft.entries[i].parent];
        if (i == 0)
            draft.entries[i].parent = 0;
        places[i] = next;
        if (next != i)
            draft.entries[next] = std::move(draft.entries[i]);
        ++next;
    }
    draft.entries.resize(next);
    recountFolders(draft.entries, options);
    renumberNames(draft, places);
}

void assignClusters(std::vector<Entry>& entries, const fat::Geometry& geometry)
{
    Cluster next{2};
    for (Entry& entry : entries) {
        const bool isFixedRoot = &entry == &entries.front() && hasFixedRoot(geometry);
        const auto count =
            isFixedRoot ? 0U
                        : static_cast<std::uint32_t>(clustersOf(entry, geometry.clusterSize()));
        entry.firstCluster = count == 0 ? Cluster{} : next;
        entry.clusterCount = count;
        next = next + count;
    }
}

} // namespace

Result<> allocate(Draft& draft, const DraftRequest& request, const fat::Geometry& geometry,
                  const JobControl& job)
{
    Fitting fitting(draft, request, geometry);
    FATLAS_ASSIGN(const bool allFit, fitting.run(job));
    if (!allFit)
        dropUnfit(draft, fitting.keeps(), request.options);
    assignClusters(draft.entries, geometry);
    return {};
}

} // namespace fatlas::folder_disk
