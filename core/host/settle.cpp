#include "core/host/settle.hpp"

#include "core/host/changing_calls.hpp"
#include "core/host/jail_changes.hpp"

#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

namespace {

using Interrupted = JailOptions::Interrupted;

/// What has a name, if anything.
struct Seen {
    bool isThere = false;
    HostKind kind = HostKind::File;
    FileIdentity identity = {};

    explicit operator bool() const noexcept { return isThere; }
};

Result<Seen> see(NameAt name)
{
    const auto stat = statAt(name.folder, name.name);
    if (stat)
        return Seen{.isThere = true, .kind = stat->kind, .identity = stat->identity};
    if (stat.error() == ENOENT)
        return Seen{};
    return failSystem(stat.error(), std::string("cannot look at ") + name.name);
}

/// Nothing when the way to it is not there any more.
Result<std::optional<Spot>> findSpot(const JailContext& context, const std::string& path)
{
    auto spot = openSpot(context.root(), path);
    if (spot)
        return std::move(*spot);
    if (spot.error().outcome == Outcome::Conflict)
        return std::nullopt;
    return std::unexpected(std::move(spot).error().error);
}

bool isInode(const Seen& seen, const FileIdentity& identity)
{
    return seen.isThere && isSameInode(seen.identity, identity);
}

bool isContent(const Seen& seen, const FileIdentity& identity)
{
    return seen.isThere && seen.kind == HostKind::File && isSameContent(seen.identity, identity);
}

Result<> done(int error, const Spot& spot)
{
    if (error == 0)
        return {};
    return failSystem(error, "cannot settle what was begun with " + spot.shown());
}

/// One change whose path can be reached.
class Settling {
public:
    Settling(const JailContext& context, const Begun& begun, Spot spot)
        : m_context(context), m_begun(begun), m_spot(std::move(spot)),
          m_aside{.folder = m_spot.folder.get(), .name = begun.temporary.c_str()},
          m_kept{.folder = context.keep->descriptor(), .name = begun.saved.c_str()}
    {}

    Result<Ended> run(Interrupted interrupted)
    {
        if (m_begun.inPlace)
            return inPlace();
        switch (m_begun.kind) {
        case ChangeKind::MakeFolder: return madeFolder();
        case ChangeKind::RemoveFolder: return removedFolder();
        case ChangeKind::CreateFile: return created();
        case ChangeKind::ReplaceFile: return replaced(interrupted);
        case ChangeKind::RemoveFile: return removed(interrupted);
        case ChangeKind::Rename: return renamed();
        case ChangeKind::Exchange: return exchanged();
        case ChangeKind::SetMeta: return touched();
        case ChangeKind::WriteInPlace:
        case ChangeKind::Note: break;
        }
        return Ended{};
    }

private:
    Result<Ended> madeFolder() const
    {
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        return now && now.kind == HostKind::Directory ? made(now.identity) : Ended{};
    }

    Result<Ended> removedFolder() const
    {
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        return isInode(now, m_begun.before) ? Ended{} : made({});
    }

    Result<Ended> created() const
    {
        FATLAS_ASSIGN(const Seen aside, see(m_aside));
        if (isInode(aside, m_begun.fresh)) {
            FATLAS_TRY(done(removeFileAt(m_aside), m_spot));
            return Ended{};
        }
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        return isInode(now, m_begun.fresh) ? made(now.identity) : Ended{};
    }

    Result<Ended> replaced(Interrupted interrupted) const
    {
        FATLAS_ASSIGN(const Seen kept, seeKept());
        FATLAS_ASSIGN(Seen aside, see(m_aside));
        FATLAS_ASSIGN(Seen now, see(nameAt(m_spot)));
        const bool isOut = aside && !isInode(aside, m_begun.fresh);
        const bool isIn = isInode(now, m_begun.fresh);
        const bool goesBack =
            !isContent(aside, m_begun.before) || interrupted == Interrupted::TakeBack;
        if (isOut && isIn && goesBack) {
            FATLAS_TRY(done(exchangeNames(m_aside, nameAt(m_spot)), m_spot));
            std::swap(aside, now);
        }
        if (isInode(aside, m_begun.fresh)) {
            FATLAS_TRY(done(removeFileAt(m_aside), m_spot));
            return givenBack();
        }
        if (isContent(aside, m_begun.before))
            return putAway(isIn ? now.identity : FileIdentity{});
        if (aside) { // of somebody who replaced both: it stays, where it is found
            FATLAS_TRY(done(renameTo(m_aside, m_kept), m_spot));
            return Ended{};
        }
        if (isInode(kept, m_begun.before) || isIn)
            return madeWith(isIn ? now.identity : FileIdentity{}, kept);
        return givenBack();
    }

    Result<Ended> removed(Interrupted interrupted) const
    {
        FATLAS_ASSIGN(const Seen kept, seeKept());
        FATLAS_ASSIGN(const Seen aside, see(m_aside));
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        if (isInode(kept, m_begun.before))
            return madeWith({}, kept);
        const bool goesBack =
            !isContent(aside, m_begun.before) || interrupted == Interrupted::TakeBack;
        if (aside && goesBack && !now) {
            FATLAS_TRY(done(renameTo(m_aside, nameAt(m_spot)), m_spot));
            return givenBack();
        }
        if (isContent(aside, m_begun.before))
            return putAway({});
        if (aside) { // and the name is taken again: it stays, where it is found
            FATLAS_TRY(done(renameTo(m_aside, m_kept), m_spot));
            return Ended{};
        }
        return isInode(now, m_begun.before) ? givenBack() : made({});
    }

    Result<Ended> renamed() const
    {
        FATLAS_ASSIGN(const auto target, findSpot(m_context, m_begun.to));
        if (!target)
            return Ended{};
        FATLAS_ASSIGN(const Seen there, see(nameAt(*target)));
        return isInode(there, m_begun.before) ? made(there.identity) : Ended{};
    }

    Result<Ended> exchanged() const
    {
        FATLAS_ASSIGN(const auto other, findSpot(m_context, m_begun.to));
        FATLAS_ASSIGN(const Seen here, see(nameAt(m_spot)));
        if (!other || !isInode(here, m_begun.otherBefore))
            return Ended{};
        FATLAS_ASSIGN(const Seen there, see(nameAt(*other)));
        if (!isInode(there, m_begun.before))
            return Ended{};
        Ended ended = made(here.identity);
        ended.result.other = there.identity;
        return ended;
    }

    /// Its bytes are the same; what came of its times nobody knows: they have to be set anew.
    Result<Ended> touched() const
    {
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        const bool isSame =
            isInode(now, m_begun.before) &&
            (now.kind == HostKind::Directory || now.identity.size == m_begun.before.size);
        Ended ended;
        if (isSame)
            ended.result.identity = now.identity;
        return ended;
    }

    /// Back to the old bytes: the new ones may be half there. When the saved ones are gone, the
    /// change was over already.
    Result<Ended> inPlace() const
    {
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        if (!isInode(now, m_begun.before) || now.kind != HostKind::File)
            return Ended{};
        FATLAS_ASSIGN(const Seen saved, seeKept());
        const bool isOver = !m_begun.saved.empty() && !saved;
        if (now.identity == m_begun.before || isOver) {
            Ended ended = made(now.identity);
            ended.made = isOver;
            ended.result.inPlace = true;
            return ended;
        }
        return restore();
    }

    Result<Ended> restore() const
    {
        const int descriptor = ::openat(m_spot.folder.get(), m_spot.name.c_str(),
                                        O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor < 0)
            return failSystem(errno, "cannot bring back the old bytes of " + m_spot.shown());
        File file = File::adopt(descriptor, m_spot.path);
        FATLAS_TRY(restoreBytes(*m_context.keep, m_begun, file));
        Ended ended;
        FATLAS_ASSIGN(ended.result.identity, file.identity());
        ended.result.inPlace = true;
        return ended;
    }

    /// Not made; the old file may have gone out and in again.
    Result<Ended> givenBack() const
    {
        FATLAS_ASSIGN(const Seen now, see(nameAt(m_spot)));
        Ended ended;
        if (isContent(now, m_begun.before))
            ended.result.identity = now.identity;
        return ended;
    }

    /// The old file is beside its name still.
    Result<Ended> putAway(const FileIdentity& fresh) const
    {
        if (m_begun.old == Begun::Old::Drop) {
            FATLAS_TRY(done(removeFileAt(m_aside), m_spot));
            return made(fresh);
        }
        Ended ended = made(fresh);
        const bool isInKeep = renameTo(m_aside, m_kept) == 0;
        FATLAS_ASSIGN(const Seen kept, see(isInKeep ? m_kept : m_aside));
        ended.keptPath = isInKeep ? m_context.keep->pathOf(m_begun.saved)
                                  : siblingPath(m_begun.path, m_begun.temporary);
        if (kept)
            ended.kept = kept.identity;
        return ended;
    }

    Result<Seen> seeKept() const { return m_begun.saved.empty() ? Seen() : see(m_kept); }

    static Ended made(const FileIdentity& now)
    {
        Ended ended{.made = true};
        ended.result.identity = now;
        return ended;
    }

    Ended madeWith(const FileIdentity& now, const Seen& kept) const
    {
        Ended ended = made(now);
        if (isInode(kept, m_begun.before)) {
            ended.keptPath = m_context.keep->pathOf(m_begun.saved);
            ended.kept = kept.identity;
        }
        return ended;
    }

    const JailContext& m_context;
    const Begun& m_begun;
    Spot m_spot;
    NameAt m_aside;
    NameAt m_kept;
};

} // namespace

Result<Ended> settle(const JailContext& context, const Begun& begun, Interrupted interrupted)
{
    FATLAS_ASSIGN(auto spot, findSpot(context, begun.path));
    if (!spot)
        return Ended{};
    return Settling(context, begun, std::move(*spot)).run(interrupted);
}

bool isVisible(const JailContext& context, const Begun& begun)
{
    if (begun.inPlace || begun.kind == ChangeKind::Note)
        return true; // synced before it ended
    const auto spot = findSpot(context, begun.path);
    if (!spot || !*spot)
        return false;
    const auto here = see(nameAt(**spot));
    if (!here)
        return false;
    switch (begun.kind) {
    case ChangeKind::MakeFolder: return here->isThere;
    case ChangeKind::RemoveFolder:
    case ChangeKind::RemoveFile:
    case ChangeKind::Rename: return !isInode(*here, begun.before);
    case ChangeKind::CreateFile:
    case ChangeKind::ReplaceFile: return isInode(*here, begun.fresh);
    case ChangeKind::Exchange: return isInode(*here, begun.otherBefore);
    case ChangeKind::SetMeta: return false; // its times may be the old ones
    case ChangeKind::WriteInPlace:
    case ChangeKind::Note: break;
    }
    return true;
}

} // namespace fatlas::host
