#include "core/sync/changes.hpp"

#include <algorithm>
#include <ranges>

namespace fatlas::sync {

namespace {

constexpr std::uint8_t homeAttributes = fat::attribute::readOnly | fat::attribute::hidden |
                                        fat::attribute::system | fat::attribute::archive;

/// Access dates never come home: nothing is to be done about them.
fat::DirectoryEntryRaw withoutAccess(fat::DirectoryEntryRaw raw)
{
    raw.accessedDate = 0;
    return raw;
}

class Planner {
public:
    Planner(const KnownTree& known, const GuestTree& guest, const Pairing& pairing,
            const Patience& patience)
        : m_known(known), m_guest(guest), m_pairing(pairing), m_patience(patience),
          m_isThere(guest.tree->nodes.size(), false)
    {}

    ChangeSet plan()
    {
        m_isThere[0] = true;
        for (std::uint32_t node = 1; node < m_isThere.size(); ++node)
            look(node);
        m_set.changes.insert(m_set.changes.end(), m_contents.begin(), m_contents.end());
        lookForGone();
        return std::move(m_set);
    }

private:
    void look(std::uint32_t node)
    {
        const KnownId id = m_pairing.knownOf(node);
        const Health health = m_guest.health[node];
        m_isThere[node] = id != none;
        if (health == Health::InWaitingFolder || (id != none && isSame(id, node)))
            return;
        const std::string path = m_guest.tree->path(node);
        if (health != Health::Good && !m_patience.isOver(path, toString(health)))
            return wait(node, id, path, toString(health));
        if (health != Health::Good && m_guest.node(node).isDirectory)
            return wait(node, id, path, toString(health)); // nobody knows what is in it
        if (!m_isThere[m_guest.node(node).parent])
            return wait(node, id, path, "the folder it is in is not on the host yet",
                        Settling::Yes);
        if (!m_patience.hasSettled(node, path))
            return wait(node, id, path, "it was written a moment ago", Settling::Yes);
        if (id == none)
            addNew(node);
        else
            addChanged(id, node);
    }

    [[nodiscard]] bool isMoved(const KnownEntry& entry, std::uint32_t node) const
    {
        return entry.isAside || entry.guestName != m_guest.node(node).name ||
               entry.parent != m_pairing.knownOf(m_guest.node(node).parent);
    }

    [[nodiscard]] bool isSame(KnownId id, std::uint32_t node) const
    {
        const KnownEntry& entry = m_known.at(id);
        return withoutAccess(entry.raw) == withoutAccess(m_guest.node(node).raw) &&
               !isMoved(entry, node) &&
               std::ranges::equal(entry.runs, m_guest.tree->runsOf(node)) &&
               (entry.isDirectory || !isContentTouched(entry, m_guest, node));
    }

    void addNew(std::uint32_t node)
    {
        m_isThere[node] = true;
        if (m_guest.node(node).isDirectory)
            m_set.changes.push_back({.kind = ChangeKind::MakeFolder, .node = node});
        else
            m_contents.push_back({.kind = ChangeKind::CreateFile, .node = node});
    }

    void addChanged(KnownId id, std::uint32_t node)
    {
        const KnownEntry& entry = m_known.at(id);
        const auto add = [&](std::vector<Change>& list, ChangeKind kind) {
            list.push_back({.kind = kind, .node = node, .known = id});
        };
        if (isMoved(entry, node))
            add(m_set.changes, ChangeKind::Move);
        if (!entry.isDirectory && isContentTouched(entry, m_guest, node))
            add(m_contents, ChangeKind::WriteFile);
        else if (hasOtherMeta(entry, m_guest.node(node).raw))
            add(m_contents, ChangeKind::SetMeta);
        else if (!isMoved(entry, node))
            add(m_contents, ChangeKind::Update);
    }

    /// From the bottom up: a folder comes after what was in it.
    void lookForGone()
    {
        if (m_pairing.isAllPaired())
            return;
        const std::vector<KnownId> order = m_known.inOrder();
        std::vector<bool> stays(m_known.endId(), false);
        stays[0] = true;
        for (const KnownId id : order | std::views::reverse) {
            if (id == 0)
                continue;
            if (m_pairing.isPaired(id) || m_pairing.isHidden(id) || stays[id] || !mayGo(id)) {
                stays[m_known.at(id).parent] = true;
                continue;
            }
            const bool isFolder = m_known.at(id).isDirectory;
            m_set.changes.push_back(
                {.kind = isFolder ? ChangeKind::RemoveFolder : ChangeKind::RemoveFile,
                 .known = id});
        }
    }

    /// A chain that nobody owns may turn up under another name: half of a move.
    bool mayGo(KnownId id)
    {
        const std::string path = guestPath(m_known, id);
        const Cluster first = m_known.at(id).firstCluster;
        if (isLost(first)) {
            const char* const reason = "it is gone, but its clusters are still in use by nobody";
            if (!m_patience.isOver(path, reason)) {
                wait(none, id, path, reason);
                return false;
            }
        }
        if (m_patience.stayedGone(id, path))
            return true;
        wait(none, id, path, "it was deleted a moment ago", Settling::Yes);
        return false;
    }

    [[nodiscard]] bool isLost(Cluster first) const
    {
        if (!m_guest.volume->geometry().isData(first) || m_guest.isOwned(first))
            return false;
        const auto entry = m_guest.volume->entry(first);
        return !entry || entry->kind == fat::EntryKind::Next || entry->kind == fat::EntryKind::End;
    }

    enum class Settling : std::uint8_t { No, Yes };

    void wait(std::uint32_t node, KnownId id, const std::string& path, const char* reason,
              Settling settling = Settling::No)
    {
        m_set.waiting.push_back({.node = node,
                                 .known = id,
                                 .path = path,
                                 .reason = reason,
                                 .isSettling = settling == Settling::Yes});
    }

    const KnownTree& m_known;
    const GuestTree& m_guest;
    const Pairing& m_pairing;
    const Patience& m_patience;
    std::vector<bool> m_isThere; ///< on the host, before or after these changes
    ChangeSet m_set;
    std::vector<Change> m_contents;
};

} // namespace

bool hasOtherMeta(const KnownEntry& entry, const fat::DirectoryEntryRaw& now)
{
    return entry.raw.modifiedDate != now.modifiedDate ||
           entry.raw.modifiedTime != now.modifiedTime ||
           ((entry.raw.attributes ^ now.attributes) & homeAttributes) != 0;
}

const char* toString(ChangeKind kind) noexcept
{
    switch (kind) {
    case ChangeKind::MakeFolder: return "makeFolder";
    case ChangeKind::Move: return "move";
    case ChangeKind::CreateFile: return "create";
    case ChangeKind::WriteFile: return "write";
    case ChangeKind::SetMeta: return "attributes";
    case ChangeKind::Update: return "relocate";
    case ChangeKind::RemoveFile: return "delete";
    case ChangeKind::RemoveFolder: return "deleteFolder";
    }
    return "";
}

bool isContentTouched(const KnownEntry& entry, const GuestTree& guest, std::uint32_t node)
{
    if (entry.raw.size != guest.node(node).raw.size ||
        !std::ranges::equal(entry.runs, guest.tree->runsOf(node)))
        return true;
    const fat::Geometry& geometry = guest.volume->geometry();
    std::uint64_t left = entry.size();
    for (const ClusterRange& run : entry.runs) {
        const std::uint64_t length =
            std::min(left, std::uint64_t{run.count} * geometry.clusterSize());
        const ByteRange range{.offset = guest.disk.volumeOffset + geometry.clusterOffset(run.first),
                              .length = length};
        if (length != 0 && guest.disk.log->touches(range))
            return true;
        left -= length;
    }
    return false;
}

std::string guestPath(const KnownTree& known, KnownId id)
{
    std::string path;
    for (KnownId up = id; up != 0; up = known.at(up).parent)
        path.insert(0, "/" + known.at(up).guestName);
    return path.empty() ? "/" : path;
}

ChangeSet planChanges(const KnownTree& known, const GuestTree& guest, const Pairing& pairing,
                      const Patience& patience)
{
    return Planner(known, guest, pairing, patience).plan();
}

} // namespace fatlas::sync
