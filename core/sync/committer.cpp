#include "core/sync/committer.hpp"

#include "core/sync/guest_content.hpp"

#include <utility>

namespace fatlas::sync {

namespace {

using host::ConflictKind;

constexpr std::int64_t nsPerSecond = 1'000'000'000;

constexpr std::uint8_t hostAttributes =
    fat::attribute::hidden | fat::attribute::system | fat::attribute::archive;

bool isReadOnly(const fat::DirectoryEntryRaw& raw)
{
    return (raw.attributes & fat::attribute::readOnly) != 0;
}

std::int64_t modifiedNs(const fat::DirectoryEntryRaw& raw, fat::TimeZone zone)
{
    const fat::Timestamp stamp{.date = raw.modifiedDate.get(), .time = raw.modifiedTime.get()};
    return fat::decodeTime(stamp, zone) * nsPerSecond;
}

bool hasTime(const fat::DirectoryEntryRaw& raw)
{
    return raw.modifiedDate.get() != 0;
}

bool isSameTime(const fat::DirectoryEntryRaw& a, const fat::DirectoryEntryRaw& b)
{
    return a.modifiedDate == b.modifiedDate && a.modifiedTime == b.modifiedTime;
}

std::unexpected<host::ChangeError> conflict(ConflictKind kind, std::string message)
{
    return std::unexpected(host::ChangeError(kind, std::move(message)));
}

} // namespace

Committer::Committer(const CommitTarget& target, Report report)
    : m_target(target), m_report(std::move(report)), m_idOf(target.guest.tree->nodes.size(), none),
      m_hasClash(m_idOf.size(), false)
{
    for (std::uint32_t node = 0; node < m_idOf.size(); ++node)
        m_idOf[node] = target.pairing.knownOf(node);
}

void Committer::commit(const std::vector<Order>& orders, const JobControl& job)
{
    for (std::size_t i = 0; i < orders.size(); ++i) {
        if (job.stopRequested())
            break;
        m_report(commitOne(orders[i]), i);
    }
    restoreFolderTimes();
}

Outcome Committer::commitOne(const Order& order)
{
    const Change& change = order.change;
    Outcome outcome = describe(change);
    m_isDisturbed = false;
    m_wanted.clear();
    const Made made = carryOut(order);
    if (!made) {
        outcome.kind = m_isDisturbed                                     ? Outcome::Kind::Disturbed
                       : made.error().outcome == host::Outcome::Conflict ? Outcome::Kind::Conflict
                                                                         : Outcome::Kind::Failed;
        outcome.reason = made.error().error.message;
        const std::optional<FileIdentity> restored = made.error().restored;
        if (restored && change.known != none)
            setIdentity(change.known, *restored);
        if (outcome.kind == Outcome::Kind::Conflict) {
            outcome.clash = clashOf(change, made.error());
            if (change.kind == ChangeKind::MakeFolder)
                m_hasClash[change.node] = true;
        }
    } else if (change.node != none) {
        outcome.hostPath = m_target.known.hostPath(m_idOf[change.node]);
        forgetContent(change);
    }
    return outcome;
}

/// With a look at what stands there, as far as it can be looked at.
Clash Committer::clashOf(const Change& change, const host::ChangeError& error) const
{
    Clash clash{.kind = error.conflict, .reason = error.error.message, .there = std::nullopt};
    const bool isAboutWanted = error.conflict == ConflictKind::Exists || change.known == none;
    const std::string path = isAboutWanted ? m_wanted : m_target.known.hostPath(change.known);
    if (path.empty())
        return clash;
    if (auto there = m_target.jail.look(path))
        clash.there = *std::move(there);
    return clash;
}

Committer::Made Committer::carryOut(const Order& order)
{
    if (order.verdict == Verdict::KeepGuest)
        return keepGuest(order.change, order.clash.value_or(Clash{}));
    if (order.verdict == Verdict::KeepBoth)
        return keepBoth(order.change, order.clash.value_or(Clash{}));
    return make(order.change);
}

void Committer::setIdentity(KnownId id, const FileIdentity& identity)
{
    KnownEntry entry = m_target.known.at(id);
    entry.children.clear();
    entry.identity = identity;
    m_target.known.set(id, std::move(entry));
}

Outcome Committer::describe(const Change& change) const
{
    Outcome outcome{.change = change.kind};
    if (change.known != none) {
        outcome.hostPath = m_target.known.hostPath(change.known);
        outcome.from = guestPath(m_target.known, change.known);
    }
    if (change.node == none) {
        outcome.path = std::exchange(outcome.from, {});
        return outcome;
    }
    outcome.path = m_target.guest.tree->path(change.node);
    outcome.size = m_target.guest.node(change.node).size();
    if (change.kind != ChangeKind::Move)
        outcome.from.clear();
    return outcome;
}

Committer::Made Committer::make(const Change& change)
{
    switch (change.kind) {
    case ChangeKind::MakeFolder: return makeFolder(change);
    case ChangeKind::Move: return move(change);
    case ChangeKind::CreateFile: return createFile(change);
    case ChangeKind::WriteFile: return writeFile(change);
    case ChangeKind::SetMeta: return setMeta(change);
    case ChangeKind::Update: return update(change);
    case ChangeKind::RemoveFile: return removeFile(change);
    case ChangeKind::RemoveFolder: return removeFolder(change);
    }
    return host::Applied{};
}

/// What is known follows what was done; that the two do not fit would be a mistake of ours, and
/// nothing may be done on top of it.
Committer::Made Committer::finish(const KnownDelta& delta, Made made)
{
    if (!made)
        return made;
    FATLAS_TRY(apply(m_target.known, delta, *made));
    for (const KnownDelta::Item& item : delta.items)
        if (!item.isRemoved)
            m_touchedFolders.push_back(item.entry.parent);
    return made;
}

host::Known Committer::knownFile(KnownId id) const
{
    const KnownEntry& entry = m_target.known.at(id);
    return {.path = m_target.known.hostPath(id),
            .identity = entry.identity,
            .kind = entry.isDirectory ? host::NodeKind::Directory : host::NodeKind::File};
}

KnownDelta Committer::deltaFor(KnownId id, KnownEntry entry) const
{
    KnownDelta delta;
    delta.items.push_back(
        {.id = id, .entry = std::move(entry), .identity = KnownDelta::Item::Identity::Applied});
    return delta;
}

/// The entry as the guest has it now, under a name of the host.
KnownEntry Committer::entryFor(const Change& change, const Place& place) const
{
    KnownEntry entry;
    if (change.known != none) {
        entry = m_target.known.at(change.known);
        entry.children.clear();
    }
    const fat::TreeNode& node = m_target.guest.node(change.node);
    const auto runs = m_target.guest.tree->runsOf(change.node);
    entry.parent = place.parent;
    entry.hostName = place.name;
    entry.guestName = node.name;
    entry.isDirectory = node.isDirectory;
    entry.raw = node.raw;
    entry.firstCluster = m_target.guest.firstCluster(change.node);
    entry.runs.assign(runs.begin(), runs.end());
    return entry;
}

host::FileMeta Committer::metaFor(const Change& change) const
{
    const fat::DirectoryEntryRaw& now = m_target.guest.node(change.node).raw;
    host::FileMeta meta;
    if (change.known == none) {
        if (hasTime(now))
            meta.modifiedNs = modifiedNs(now, m_target.zone);
        if (isReadOnly(now) && !m_target.guest.node(change.node).isDirectory)
            meta.readOnly = true;
        const auto bits = static_cast<std::uint8_t>(now.attributes & hostAttributes);
        if ((bits & (fat::attribute::hidden | fat::attribute::system)) != 0)
            meta.attributes = bits;
        return meta;
    }
    const KnownEntry& entry = m_target.known.at(change.known);
    if (!isSameTime(entry.raw, now) && hasTime(now))
        meta.modifiedNs = modifiedNs(now, m_target.zone);
    else if (change.kind == ChangeKind::WriteFile)
        meta.modifiedNs = entry.identity.modifiedNs; // the guest left it as it was
    if (isReadOnly(entry.raw) != isReadOnly(now) && !entry.isDirectory)
        meta.readOnly = isReadOnly(now);
    if (((entry.raw.attributes ^ now.attributes) & hostAttributes) != 0)
        meta.attributes = static_cast<std::uint8_t>(now.attributes & hostAttributes);
    return meta;
}

/// As long as nobody knows which of two versions of the folder it is, it is as the folder.
std::unexpected<host::ChangeError> Committer::lacksFolder(std::uint32_t node) const
{
    if (m_hasClash[m_target.guest.node(node).parent])
        return conflict(ConflictKind::Missing, "there are two versions of the folder it is in");
    return std::unexpected(host::ChangeError(
        Error{.code = ErrorCode::NotFound, .message = "the folder it is in is not on the host"}));
}

Committer::Made Committer::makeFolder(const Change& change)
{
    const Place place = placeFor(change.node, none);
    if (place.parent == none)
        return lacksFolder(change.node);
    if (place.occupant != none)
        if (auto aside = moveAside(place.occupant); !aside)
            return aside;
    return makeFolderAt(change, place);
}

Committer::Made Committer::makeFolderAt(const Change& change, const Place& place)
{
    m_wanted = place.path;
    const KnownId id = m_target.known.endId();
    KnownEntry entry = entryFor(change, place);
    entry.hasGuestTime = hasTime(entry.raw);
    const KnownDelta delta = deltaFor(id, std::move(entry));
    Made made = finish(
        delta, m_target.jail.makeFolder(place.path, metaFor(change), {.note = delta.encode()}));
    if (made)
        m_idOf[change.node] = id;
    return made;
}

Committer::Made Committer::createFile(const Change& change)
{
    const Place place = placeFor(change.node, none);
    if (place.parent == none)
        return lacksFolder(change.node);
    if (place.occupant != none)
        if (auto aside = moveAside(place.occupant); !aside)
            return aside;
    return createAt(change, m_target.known.endId(), place);
}

/// A new file on the host, whatever is known of it.
Committer::Made Committer::createAt(const Change& change, KnownId id, const Place& place)
{
    m_wanted = place.path;
    KnownEntry entry = entryFor(change, place);
    entry.isAside = false;
    const KnownDelta delta = deltaFor(id, std::move(entry));
    const GuestContent content(m_target.guest, change.node);
    const host::FileMeta meta = metaFor({.kind = ChangeKind::CreateFile, .node = change.node});
    Made made = m_target.jail.createFile(place.path, {.bytes = content, .meta = meta},
                                         {.note = delta.encode()});
    m_isDisturbed = content.wasDisturbed();
    made = finish(delta, std::move(made));
    if (made)
        m_idOf[change.node] = id;
    return made;
}

Committer::Made Committer::move(const Change& change)
{
    const Place place = placeFor(change.node, change.known);
    if (place.parent == none || m_target.known.isBelow(place.parent, change.known))
        return lacksFolder(change.node);
    if (place.occupant != none && !m_target.known.isBelow(change.known, place.occupant)) {
        if (auto swapped = exchange(change, place))
            return swapped;
    }
    if (place.occupant != none)
        if (auto aside = moveAside(place.occupant); !aside)
            return aside;
    return moveTo(change, place);
}

/// Only its name and place are settled here; what is in it comes later.
Committer::Made Committer::moveTo(const Change& change, const Place& place)
{
    m_wanted = place.path;
    KnownEntry entry = m_target.known.at(change.known);
    entry.children.clear();
    const bool isSamePlace = entry.parent == place.parent && entry.hostName == place.name;
    entry.guestName = m_target.guest.node(change.node).name;
    entry.parent = place.parent;
    entry.hostName = place.name;
    entry.isAside = false;
    const KnownDelta delta = deltaFor(change.known, std::move(entry));
    if (isSamePlace) {
        FATLAS_TRY(m_target.jail.note(delta.encode()));
        return finish(delta, host::Applied{.identity = m_target.known.at(change.known).identity,
                                           .other = {}});
    }
    return finish(
        delta, m_target.jail.rename(knownFile(change.known), place.path, {.note = delta.encode()}));
}

/// Both at once, so that neither name is ever missing on the host.
Committer::Made Committer::exchange(const Change& change, const Place& place)
{
    const KnownId id = change.known;
    KnownEntry entry = m_target.known.at(id);
    KnownEntry other = m_target.known.at(place.occupant);
    entry.children.clear();
    other.children.clear();
    std::swap(entry.parent, other.parent);
    std::swap(entry.hostName, other.hostName);
    other.isAside = std::exchange(entry.isAside, false);
    other.guestName = std::exchange(entry.guestName, m_target.guest.node(change.node).name);
    KnownDelta delta;
    using Identity = KnownDelta::Item::Identity;
    delta.items.push_back({.id = id, .entry = std::move(entry), .identity = Identity::Applied});
    delta.items.push_back(
        {.id = place.occupant, .entry = std::move(other), .identity = Identity::Other});
    // What stands under the first path afterwards is the second one, which is where we want to be.
    return finish(delta, m_target.jail.exchange(knownFile(place.occupant), knownFile(id),
                                                {.note = delta.encode()}));
}

Committer::Made Committer::writeFile(const Change& change)
{
    const KnownEntry& known = m_target.known.at(change.known);
    if (isReadOnly(known.raw) && !isReadOnly(m_target.guest.node(change.node).raw)) {
        KnownEntry writable = known;
        writable.children.clear();
        writable.raw.attributes &= static_cast<std::uint8_t>(~fat::attribute::readOnly);
        const KnownDelta delta = deltaFor(change.known, std::move(writable));
        if (auto made =
                finish(delta, m_target.jail.setMeta(knownFile(change.known), {.readOnly = false},
                                                    {.note = delta.encode()}));
            !made)
            return made;
    }
    KnownEntry entry =
        entryFor(change, {.parent = known.parent, .name = known.hostName, .path = {}});
    entry.hasGuestTime = entry.hasGuestTime || !isSameTime(known.raw, entry.raw);
    const KnownDelta delta = deltaFor(change.known, std::move(entry));
    const GuestContent content(m_target.guest, change.node);
    const host::NewContent wanted{.bytes = content, .meta = metaFor(change)};
    const auto ranges = rangesInPlace(known, m_target.guest, change.node);
    const host::Request request{.note = delta.encode()};
    Made made = ranges
                    ? m_target.jail.writeInPlace(knownFile(change.known), *ranges, wanted, request)
                    : m_target.jail.replaceFile(knownFile(change.known), wanted, request);
    m_isDisturbed = content.wasDisturbed();
    return finish(delta, std::move(made));
}

Committer::Made Committer::setMeta(const Change& change)
{
    const KnownEntry& known = m_target.known.at(change.known);
    KnownEntry entry =
        entryFor(change, {.parent = known.parent, .name = known.hostName, .path = {}});
    entry.hasGuestTime = entry.hasGuestTime || !isSameTime(known.raw, entry.raw);
    const host::FileMeta meta = metaFor(change);
    if (meta == host::FileMeta{})
        return update(change);
    const KnownDelta delta = deltaFor(change.known, std::move(entry));
    return finish(delta,
                  m_target.jail.setMeta(knownFile(change.known), meta, {.note = delta.encode()}));
}

Committer::Made Committer::update(const Change& change)
{
    const KnownEntry& known = m_target.known.at(change.known);
    KnownDelta delta =
        deltaFor(change.known,
                 entryFor(change, {.parent = known.parent, .name = known.hostName, .path = {}}));
    delta.items.front().identity = KnownDelta::Item::Identity::Kept;
    FATLAS_TRY(m_target.jail.note(delta.encode()));
    return finish(delta, host::Applied{});
}

Committer::Made Committer::removeFile(const Change& change)
{
    const KnownEntry gone = m_target.known.at(change.known);
    KnownDelta delta;
    delta.items.push_back({.id = change.known, .isRemoved = true, .entry = {}});
    Made made = m_target.jail.removeFile(knownFile(change.known), {.note = delta.encode()});
    if (!made && made.error().conflict == ConflictKind::Missing) {
        FATLAS_TRY(m_target.jail.note(delta.encode())); // somebody else was faster
        made = host::Applied{};
    }
    made = finish(delta, std::move(made));
    if (made)
        forgetFreed(gone);
    return made;
}

Committer::Made Committer::removeFolder(const Change& change)
{
    const KnownEntry gone = m_target.known.at(change.known);
    if (!gone.children.empty())
        return conflict(ConflictKind::NotEmpty, "something in it could not be removed");
    KnownDelta delta;
    delta.items.push_back({.id = change.known, .isRemoved = true, .entry = {}});
    Made made = m_target.jail.removeFolder(knownFile(change.known), {.note = delta.encode()});
    if (!made && made.error().conflict == ConflictKind::Missing) {
        FATLAS_TRY(m_target.jail.note(delta.encode()));
        made = host::Applied{};
    }
    made = finish(delta, std::move(made));
    if (made)
        forgetFreed(gone);
    return made;
}

} // namespace fatlas::sync
