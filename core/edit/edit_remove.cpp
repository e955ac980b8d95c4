#include "core/base/text.hpp"
#include "core/edit/edit_state.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace fatlas::edit {
namespace {

/// A folder that goes with all that is in it.
struct Doomed {
    Cluster cluster;
    std::string path;
};

class TreeRemoval {
public:
    explicit TreeRemoval(EditState& state) : m_state(state) {}

    Result<> run(Cluster first, const std::string& path)
    {
        m_pending.push_back({.cluster = first, .path = path});
        while (!m_pending.empty()) {
            FATLAS_TRY(m_state.job.checkpoint());
            const Doomed folder = std::move(m_pending.back());
            m_pending.pop_back();
            FATLAS_TRY(removeFolder(folder));
        }
        return {};
    }

    [[nodiscard]] std::uint32_t clusterCount() const noexcept { return m_clusterCount; }

    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

    Result<> release(Cluster first, const std::string& path)
    {
        if (first.value == 0)
            return {};
        FATLAS_ASSIGN(const fat::Chain chain, m_state.soundChain(first, path));
        m_clusterCount += chain.clusterCount;
        m_state.forgetContent(first);
        return m_state.releaseClusters(chain);
    }

    void count(const fat::DirectoryItem& item) { m_size += item.raw.size.get(); }

private:
    Result<> removeFolder(const Doomed& folder)
    {
        FATLAS_ASSIGN(const auto items, itemsOf(folder));
        FATLAS_TRY(release(folder.cluster, folder.path));
        m_state.dropDirectory(folder.cluster);
        for (const fat::DirectoryItem& item : items) {
            const std::string path = joined(folder.path, item.name);
            const Cluster first = m_state.firstCluster(item);
            if (item.slotCount == 0)
                continue;
            if (item.isDirectory() && m_seen.insert(first.value).second) {
                m_pending.push_back({.cluster = first, .path = path});
                continue;
            }
            FATLAS_TRY(release(first, path));
            count(item);
        }
        return {};
    }

    /// What is planned counts; else the volume is read and not kept.
    Result<std::vector<fat::DirectoryItem>> itemsOf(const Doomed& folder)
    {
        if (const StagedDirectory* const staged = m_state.findDirectory(folder.cluster))
            return staged->items();
        if (folder.cluster.value == 0)
            return std::vector<fat::DirectoryItem>{};
        FATLAS_TRY(m_state.soundChain(folder.cluster, folder.path));
        FATLAS_ASSIGN(auto listing, m_state.volume->readDirectory(folder.cluster));
        return std::move(listing.items);
    }

    EditState& m_state;
    std::vector<Doomed> m_pending;
    std::unordered_set<std::uint32_t> m_seen;
    std::uint32_t m_clusterCount = 0;
    std::uint64_t m_size = 0;
};

} // namespace

Result<> removeEntry(EditState& state, std::string_view path, Recursive recursive)
{
    FATLAS_ASSIGN(const EntryPlace place, state.locateExisting(path));
    if (place.isRoot())
        return fail(ErrorCode::InvalidArgument, "the root folder cannot be removed");
    const std::string shown = place.path();
    if (place.item->isDirectory() && recursive == Recursive::No)
        return fail(ErrorCode::Refused,
                    fmt::format("{} is a folder; it goes with all that is in it only when removed "
                                "recursively (-r)",
                                escapeForTerminal(shown)));
    TreeRemoval removal(state);
    const Cluster first = state.firstCluster(*place.item);
    if (place.item->isDirectory()) {
        FATLAS_TRY(removal.run(first, shown));
    } else {
        FATLAS_TRY(removal.release(first, shown));
        removal.count(*place.item);
    }
    place.folder.directory->remove(*place.item);
    state.steps.push_back({.kind = EditKind::Remove,
                           .path = shown,
                           .size = removal.size(),
                           .clusterCount = removal.clusterCount()});
    return {};
}

} // namespace fatlas::edit
