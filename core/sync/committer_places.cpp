/// Where entries go on the host, who has to make room for them, and what is left to do afterwards.
#include "core/sync/committer.hpp"
#include "core/sync/host_names.hpp"
#include "core/sync/host_places.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::sync {

namespace {

constexpr std::uint32_t maxTails = 100'000;
constexpr std::int64_t nsPerSecond = 1'000'000'000;

std::string joined(const std::string& folder, const std::string& name)
{
    return folder.empty() ? name : folder + "/" + name;
}

} // namespace

/// One that is here to stay keeps its name; the new one gets a number.
Committer::Place Committer::placeFor(std::uint32_t node, KnownId known) const
{
    const fat::TreeNode& guestNode = m_target.guest.node(node);
    Place place{.parent = m_idOf[guestNode.parent], .name = {}, .path = {}};
    if (place.parent == none)
        return place;
    const KnownEntry& parent = m_target.known.at(place.parent);
    const KnownEntry* const entry = known == none ? nullptr : &m_target.known.at(known);
    const std::string wanted = wantedHostName(parent, entry, guestNode);
    place.name = wanted;
    for (std::uint32_t tail = 2; tail < maxTails; ++tail) {
        const auto there = m_target.known.findHost(place.parent, place.name);
        if (!there || *there == known)
            break;
        if (mustMakeRoom(*there)) {
            place.occupant = *there;
            break;
        }
        place.name = numberedName(wanted, tail);
    }
    place.path = joined(m_target.known.hostPath(place.parent), place.name);
    return place;
}

/// It is gone from the guest, or has another name or place there.
bool Committer::mustMakeRoom(KnownId id) const
{
    if (id >= m_target.pairing.knownCount())
        return false; // made a moment ago
    if (m_target.pairing.isHidden(id) || (m_target.stays && m_target.stays(id)))
        return false;
    const std::uint32_t node = m_target.pairing.nodeOf(id);
    if (node == none)
        return true;
    const fat::TreeNode& guestNode = m_target.guest.node(node);
    return isElsewhere(m_target.known.at(id), guestNode, m_idOf[guestNode.parent]);
}

Committer::Made Committer::moveAside(KnownId id)
{
    KnownEntry entry = m_target.known.at(id);
    entry.children.clear();
    entry.isAside = true;
    const std::string folder = m_target.known.hostPath(entry.parent);
    const std::string name = entry.hostName;
    Made made = host::Applied{};
    for (std::uint32_t tail = 2; tail < maxTails; ++tail) {
        entry.hostName = numberedName(name, tail);
        if (m_target.known.findHost(entry.parent, entry.hostName))
            continue;
        const KnownDelta delta = deltaFor(id, entry);
        made = finish(delta, m_target.jail.rename(knownFile(id), joined(folder, entry.hostName),
                                                  {.note = delta.encode()}));
        if (made || made.error().conflict != host::ConflictKind::Exists)
            return made;
    }
    return made;
}

void Committer::forgetContent(const Change& change)
{
    if (change.kind == ChangeKind::Move || change.kind == ChangeKind::MakeFolder)
        return;
    for (const ByteRange& range : m_target.guest.ranges(change.node))
        m_target.log.forget(range, m_target.guest.stamp);
}

/// Whoever gets these clusters next must have written to them; unless somebody has them already.
void Committer::forgetFreed(const KnownEntry& entry)
{
    const fat::Geometry& geometry = m_target.guest.volume->geometry();
    for (const ClusterRange& run : entry.runs)
        for (Cluster cluster = run.first; cluster < run.end(); ++cluster)
            if (!m_target.guest.isOwned(cluster))
                m_target.log.forget(
                    {.offset = m_target.guest.disk.volumeOffset + geometry.clusterOffset(cluster),
                     .length = geometry.clusterSize()},
                    m_target.guest.stamp);
}

/// What was made or moved in a folder changed its time on the host. Where that is the guest's, the
/// guest's counts; a failure is no loss.
void Committer::restoreFolderTimes()
{
    std::ranges::sort(m_touchedFolders);
    const auto [first, last] = std::ranges::unique(m_touchedFolders);
    m_touchedFolders.erase(first, last);
    const std::vector<KnownId> folders = std::exchange(m_touchedFolders, {});
    for (const KnownId id : folders) {
        if (id == 0 || !m_target.known.contains(id) || !m_target.known.at(id).hasGuestTime)
            continue;
        KnownEntry entry = m_target.known.at(id);
        entry.children.clear();
        const fat::Timestamp stamp{.date = entry.raw.modifiedDate.get(),
                                   .time = entry.raw.modifiedTime.get()};
        const KnownDelta delta = deltaFor(id, std::move(entry));
        const host::FileMeta meta{.modifiedNs =
                                      fat::decodeTime(stamp, m_target.zone) * nsPerSecond};
        static_cast<void>(
            finish(delta, m_target.jail.setMeta(knownFile(id), meta, {.note = delta.encode()})));
    }
    m_touchedFolders.clear();
}

} // namespace fatlas::sync
