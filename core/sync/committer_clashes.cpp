/// How a change is made of which there were two versions, as somebody chose.
///
/// Everything is checked anew against the version of the host that was chosen from: where that is
/// another one by now, nothing is done, and there is a new choice to be made.
#include "core/sync/committer.hpp"
#include "core/sync/guest_content.hpp"
#include "core/sync/host_names.hpp"

#include <ranges>

namespace fatlas::sync {

namespace {

using host::ConflictKind;
using Identity = KnownDelta::Item::Identity;

constexpr std::uint32_t maxBeside = 10'000;

std::string joined(const std::string& folder, const std::string& name)
{
    return folder.empty() ? name : folder + "/" + name;
}

bool isFolder(const host::Known& there)
{
    return there.kind == host::NodeKind::Directory;
}

} // namespace

Committer::Made Committer::keepGuest(const Change& change, const Clash& clash)
{
    if (!clash.there)
        return keepGuestAgain(change, clash);
    const host::Known& there = *clash.there;
    switch (change.kind) {
    case ChangeKind::MakeFolder: return makeFolderOver(change, there);
    case ChangeKind::CreateFile: return createOver(change, there);
    case ChangeKind::Move: return moveOver(change, clash.kind, there);
    case ChangeKind::WriteFile: return writeOver(change, clash.kind, there);
    case ChangeKind::SetMeta: return setMetaOver(change, there);
    case ChangeKind::RemoveFile: return removeOver(change, there);
    case ChangeKind::RemoveFolder:
    case ChangeKind::Update: break;
    }
    return make(change);
}

/// The host has nothing there: a file of the guest is made anew, and the folders on the way to it.
Committer::Made Committer::keepGuestAgain(const Change& change, const Clash& clash)
{
    if (clash.kind != ConflictKind::Missing || change.node == none)
        return make(change);
    const bool isLost = change.kind == ChangeKind::WriteFile || change.kind == ChangeKind::Move;
    if (change.kind == ChangeKind::WriteFile) {
        const KnownEntry& entry = m_target.known.at(change.known);
        const Place place{.parent = entry.parent,
                          .name = entry.hostName,
                          .path = m_target.known.hostPath(change.known)};
        FATLAS_TRY(remakeFolder(place.parent));
        return createAt(change, change.known, place);
    }
    const Place place = placeFor(change.node, change.known);
    if (place.parent == none)
        return lacksFolder(change.node);
    FATLAS_TRY(remakeFolder(place.parent));
    if (isLost && !m_target.guest.node(change.node).isDirectory && place.occupant == none)
        return createAt(change, change.known, place);
    return make(change);
}

/// With those above it, where they are not there any more.
Committer::Made Committer::remakeFolder(KnownId folder)
{
    std::vector<KnownId> way;
    for (KnownId up = folder; up != 0; up = m_target.known.at(up).parent)
        way.push_back(up);
    for (const KnownId id : way | std::views::reverse) {
        const std::string path = m_target.known.hostPath(id);
        const auto there = m_target.jail.look(path);
        if (there || there.error().conflict != ConflictKind::Missing)
            continue; // whoever needs it finds out what it is
        KnownEntry entry = m_target.known.at(id);
        entry.children.clear();
        const KnownDelta delta = deltaFor(id, std::move(entry));
        FATLAS_TRY(finish(delta, m_target.jail.makeFolder(path, {}, {.note = delta.encode()})));
    }
    return host::Applied{};
}

/// What stands there makes room first and goes to the kept files only when its place is taken.
Committer::Made Committer::inPlaceOf(const host::Known& there, const std::function<Made()>& take)
{
    const std::size_t slash = there.path.rfind('/');
    const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
    host::Known aside = there;
    Made moved = host::Applied{};
    for (std::uint32_t tail = 2; tail < maxBeside; ++tail) {
        aside.path = there.path.substr(0, start) + numberedName(there.path.substr(start), tail);
        moved = m_target.jail.rename(there, aside.path);
        if (moved || moved.error().conflict != ConflictKind::Exists)
            break;
    }
    if (!moved)
        return moved;
    aside.identity = moved->identity;
    Made made = take();
    if (made)
        static_cast<void>(m_target.jail.removeFile(aside)); // else it stays where it is
    else
        static_cast<void>(m_target.jail.rename(aside, there.path));
    return made;
}

/// A folder that the host has there becomes the guest's, with what is in it.
Committer::Made Committer::makeFolderOver(const Change& change, const host::Known& there)
{
    const Place place = placeFor(change.node, none);
    const auto now = m_target.jail.look(there.path);
    if (place.path != there.path || place.occupant != none || !now ||
        now->identity.inode != there.identity.inode ||
        now->identity.device != there.identity.device)
        return makeFolder(change);
    if (!isFolder(there))
        return inPlaceOf(there, [&] { return makeFolderAt(change, place); });
    const KnownId id = m_target.known.endId();
    KnownEntry entry = entryFor(change, place);
    entry.identity = now->identity;
    KnownDelta delta = deltaFor(id, std::move(entry));
    delta.items.front().identity = Identity::Kept;
    FATLAS_TRY(m_target.jail.note(delta.encode()));
    Made made = finish(delta, host::Applied{});
    if (made)
        m_idOf[change.node] = id;
    return made;
}

Committer::Made Committer::createOver(const Change& change, const host::Known& there)
{
    const Place place = placeFor(change.node, none);
    if (place.path != there.path || place.occupant != none || isFolder(there))
        return createFile(change);
    m_wanted = place.path;
    const KnownId id = m_target.known.endId();
    const KnownDelta delta = deltaFor(id, entryFor(change, place));
    const GuestContent content(m_target.guest, change.node);
    Made made = m_target.jail.replaceFile(there, {.bytes = content, .meta = metaFor(change)},
                                          {.note = delta.encode()});
    m_isDisturbed = content.wasDisturbed();
    made = finish(delta, std::move(made));
    if (made)
        m_idOf[change.node] = id;
    return made;
}

/// What stands at its new place goes to the kept files. When the host changed what the guest moved,
/// that is what moves; it is known as it was, so that its content stays a question of its own.
Committer::Made Committer::moveOver(const Change& change, ConflictKind kind,
                                    const host::Known& there)
{
    const Place place = placeFor(change.node, change.known);
    if (place.parent == none || place.occupant != none)
        return move(change);
    if (kind == ConflictKind::Exists && place.path == there.path && !isFolder(there))
        return inPlaceOf(there, [&] { return moveTo(change, place); });
    if (kind == ConflictKind::Missing)
        FATLAS_TRY(remakeFolder(place.parent));
    if (kind != ConflictKind::Changed)
        return move(change);
    m_wanted = place.path;
    KnownEntry entry = m_target.known.at(change.known);
    entry.children.clear();
    entry.guestName = m_target.guest.node(change.node).name;
    entry.parent = place.parent;
    entry.hostName = place.name;
    entry.isAside = false;
    KnownDelta delta = deltaFor(change.known, std::move(entry));
    delta.items.front().identity = Identity::Kept;
    return finish(delta, m_target.jail.rename(there, place.path, {.note = delta.encode()}));
}

/// All of it: what the guest left alone is not what the host has there. A file that nobody may
/// write is so again afterwards.
Committer::Made Committer::writeOver(const Change& change, ConflictKind kind, host::Known there)
{
    const KnownEntry& known = m_target.known.at(change.known);
    if (isFolder(there))
        return writeFile(change);
    host::FileMeta meta = metaFor(change);
    const bool isLocked = kind == ConflictKind::NotWritable;
    if (isLocked) {
        FATLAS_ASSIGN(const host::Applied opened,
                      m_target.jail.setMeta(there, {.readOnly = false}));
        there.identity = opened.identity;
        meta.readOnly = true;
    }
    KnownEntry entry =
        entryFor(change, {.parent = known.parent, .name = known.hostName, .path = {}});
    entry.hasGuestTime = true;
    const KnownDelta delta = deltaFor(change.known, std::move(entry));
    const GuestContent content(m_target.guest, change.node);
    Made made = m_target.jail.replaceFile(there, {.bytes = content, .meta = meta},
                                          {.note = delta.encode()});
    m_isDisturbed = content.wasDisturbed();
    if (!made && isLocked)
        static_cast<void>(m_target.jail.setMeta(there, {.readOnly = true}));
    return finish(delta, std::move(made));
}

/// As moveOver: its content stays a question of its own.
Committer::Made Committer::setMetaOver(const Change& change, const host::Known& there)
{
    const KnownEntry& known = m_target.known.at(change.known);
    KnownDelta delta =
        deltaFor(change.known,
                 entryFor(change, {.parent = known.parent, .name = known.hostName, .path = {}}));
    delta.items.front().identity = Identity::Kept;
    return finish(delta, m_target.jail.setMeta(there, metaFor(change), {.note = delta.encode()}));
}

Committer::Made Committer::removeOver(const Change& change, const host::Known& there)
{
    const KnownEntry gone = m_target.known.at(change.known);
    KnownDelta delta;
    delta.items.push_back({.id = change.known, .isRemoved = true, .entry = {}});
    Made made = finish(delta, m_target.jail.removeFile(there, {.note = delta.encode()}));
    if (made)
        forgetFreed(gone);
    return made;
}

/// Under the first name beside the wanted one that is free.
Committer::Made Committer::keepBoth(const Change& change, const Clash& clash)
{
    Place place;
    if (change.kind == ChangeKind::WriteFile) {
        place.parent = m_target.known.at(change.known).parent;
        place.name = m_target.known.at(change.known).hostName;
    } else if (change.node != none) {
        place = placeFor(change.node, change.known);
    }
    if (change.node == none || change.kind == ChangeKind::SetMeta)
        return make(change);
    if (place.parent == none)
        return lacksFolder(change.node);
    FATLAS_TRY(remakeFolder(place.parent));
    const std::string name = place.name;
    const std::string folder = m_target.known.hostPath(place.parent);
    Made made = host::Applied{};
    for (std::uint32_t number = 1; number < maxBeside; ++number) {
        place.name = besideName(name, number);
        place.path = joined(folder, place.name);
        if (m_target.known.findHost(place.parent, place.name))
            continue;
        made = placeBeside(change, clash, place);
        if (made || made.error().conflict != ConflictKind::Exists)
            return made;
    }
    return made;
}

Committer::Made Committer::placeBeside(const Change& change, const Clash& clash, const Place& place)
{
    switch (change.kind) {
    case ChangeKind::MakeFolder: return makeFolderAt(change, place);
    case ChangeKind::CreateFile: return createAt(change, m_target.known.endId(), place);
    case ChangeKind::WriteFile: return createAt(change, change.known, place);
    case ChangeKind::Move:
        if (clash.kind == ConflictKind::Exists || m_target.guest.node(change.node).isDirectory)
            return moveTo(change, place);
        return createAt(change, change.known, place);
    case ChangeKind::SetMeta:
    case ChangeKind::Update:
    case ChangeKind::RemoveFile:
    case ChangeKind::RemoveFolder: break;
    }
    return make(change);
}

} // namespace fatlas::sync
