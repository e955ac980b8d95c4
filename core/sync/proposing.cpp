#include "core/sync/proposing.hpp"

#include "core/base/crc32.hpp"
#include "core/sync/host_places.hpp"

#include <algorithm>

namespace fatlas::sync {

namespace {

/// When any of its bytes was written last.
WriteLog::Time lastWritten(const GuestTree& guest, std::uint32_t node)
{
    WriteLog::Time last{};
    for (const ByteRange& range : guest.ranges(node))
        if (const auto time = guest.disk.log->lastTime(range))
            last = std::max(last, *time);
    return last;
}

/// What made room gets its own name back, and what the host knows no difference of is only noted.
bool isFree(const Change& change, const KnownTree& known, const GuestTree& guest,
            const Pairing& pairing)
{
    if (change.kind == ChangeKind::Update)
        return true;
    if (change.kind != ChangeKind::Move)
        return false;
    const KnownEntry& entry = known.at(change.known);
    const fat::TreeNode& node = guest.node(change.node);
    return entry.isAside && entry.guestName == node.name &&
           entry.parent == pairing.knownOf(node.parent);
}

Proposal shownAs(const Change& change, const KnownTree& known, const GuestTree& guest,
                 const Pairing& pairing)
{
    Proposal shown;
    shown.change = change.kind;
    if (change.known != none) {
        const KnownEntry& entry = known.at(change.known);
        shown.hostPath = known.hostPath(change.known);
        shown.path = guestPath(known, change.known);
        shown.firstCluster = entry.firstCluster;
        if (!entry.isDirectory)
            shown.hostSize = entry.identity.size;
    } else {
        shown.hostPath = wantedHostPath(known, guest, pairing, change.node);
    }
    if (change.node == none)
        return shown;
    if (change.kind == ChangeKind::Move)
        shown.from = shown.path;
    shown.path = guest.tree->path(change.node);
    shown.guestSize = guest.node(change.node).size();
    shown.firstCluster = guest.firstCluster(change.node);
    return shown;
}

} // namespace

ChangeKey keyOf(const Change& change, const GuestTree& guest)
{
    return {.kind = change.kind,
            .known = change.known,
            .path = change.known == none ? guest.tree->path(change.node) : std::string()};
}

ChangeState stateOf(const Change& change, const GuestTree& guest)
{
    ChangeState state;
    if (change.node == none || change.kind == ChangeKind::Update)
        return state;
    const fat::DirectoryEntryRaw& now = guest.node(change.node).raw;
    if (change.kind == ChangeKind::Move) {
        state.path = guest.tree->path(change.node);
        return state;
    }
    state.raw.attributes = now.attributes;
    if (change.kind == ChangeKind::MakeFolder) {
        state.firstCluster = guest.firstCluster(change.node);
        return state;
    }
    state.raw.modifiedDate = now.modifiedDate;
    state.raw.modifiedTime = now.modifiedTime;
    if (change.kind == ChangeKind::SetMeta)
        return state;
    state.raw.size = now.size;
    state.firstCluster = guest.firstCluster(change.node);
    state.runs = crc32(std::as_bytes(guest.tree->runsOf(change.node)));
    state.written = lastWritten(guest, change.node);
    return state;
}

std::vector<Review::Candidate> candidatesFor(const std::vector<Change>& changes, const Needs& needs,
                                             const KnownTree& known, const GuestTree& guest,
                                             const Pairing& pairing)
{
    std::vector<Review::Candidate> candidates;
    candidates.reserve(changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i)
        candidates.push_back({.key = keyOf(changes[i], guest),
                              .state = stateOf(changes[i], guest),
                              .shown = shownAs(changes[i], known, guest, pairing),
                              .needs = needs.of[i],
                              .isFree = isFree(changes[i], known, guest, pairing),
                              .isTooEarly = needs.isTooEarly[i]});
    return candidates;
}

} // namespace fatlas::sync
