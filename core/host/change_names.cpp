#include "core/base/text.hpp"
#include "core/host/changing_calls.hpp"
#include "core/host/file_meta.hpp"
#include "core/host/jail_changes.hpp"

#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

namespace {

bool isBelow(const std::string& path, const std::string& folder)
{
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Another spelling of the same name, where the file system makes no difference.
bool isOwnName(const Spot& from, const Spot& to)
{
    const auto a = statAt(from.folder.get(), from.name.c_str());
    const auto b = statAt(to.folder.get(), to.name.c_str());
    return a && b && a->isSameAs(b->identity) && from.name != to.name &&
           siblingPath(from.path, {}) == siblingPath(to.path, {}) &&
           foldCase(utf16FromUtf8Lossy(from.name)) == foldCase(utf16FromUtf8Lossy(to.name));
}

/// The same folder, or the same file with the same bytes.
bool stands(const Spot& spot, const FileIdentity& identity)
{
    const auto stat = statAt(spot.folder.get(), spot.name.c_str());
    return stat && (stat->kind == HostKind::Directory ? stat->isSameAs(identity)
                                                      : isSameContent(stat->identity, identity));
}

ChangeResult<> failRename(int error, const Spot& from, const Spot& to)
{
    switch (error) {
    case EEXIST:
    case ENOTEMPTY: return failChange(ConflictKind::Exists, to.shown() + " is there already");
    case ENOENT: return failChange(ConflictKind::Missing, from.shown() + " is not there any more");
    case EXDEV:
        return fail(ErrorCode::Unsupported,
                    to.shown() + " lies on another file system than " + from.shown());
    default: return failChange(error, "cannot rename " + from.shown() + " to " + to.shown());
    }
}

/// With a look at what got the new name: another thing than the known one goes back.
ChangeResult<> renameChecked(JailContext& context, const Spot& from, const Spot& to,
                             RunningChange& change)
{
    const Begun& begun = change.begun();
    Ended ended;
    KeptFiles::Change kept(*context.kept);
    int error = renameTo(nameAt(from), nameAt(to));
    if (error == EEXIST && isOwnName(from, to))
        error = respell(nameAt(from), nameAt(to));
    if (error != 0)
        return failRename(error, from, to);
    if (!stands(to, begun.before)) {
        if (const int back = renameTo(nameAt(to), nameAt(from)))
            return failChange(back, "cannot give its name back to " + from.shown());
        return failChanged(from);
    }
    ended.made = true;
    ended.result.identity = afterRename(to, begun.before);
    tellKept(kept, *context.keep, begun, ended);
    return change.end(ended);
}

ChangeResult<> exchangeChecked(JailContext& context, const Spot& a, const Spot& b,
                               RunningChange& change)
{
    const Begun& begun = change.begun();
    Ended ended;
    KeptFiles::Change kept(*context.kept);
    const int error = exchangeNames(nameAt(a), nameAt(b));
    if (error == EINVAL || error == ENOSYS)
        return fail(ErrorCode::Unsupported,
                    "this file system cannot let two names change places at once");
    if (error != 0)
        return failRename(error, a, b);
    if (!stands(a, begun.otherBefore) || !stands(b, begun.before)) {
        if (const int back = exchangeNames(nameAt(a), nameAt(b)))
            return failChange(back, "cannot give its name back to " + a.shown());
        return failChanged(stands(a, begun.before) ? b : a);
    }
    ended.made = true;
    ended.result.identity = afterRename(a, begun.otherBefore);
    ended.result.other = afterRename(b, begun.before);
    tellKept(kept, *context.keep, begun, ended);
    return change.end(ended);
}

/// Of a folder, what it is now: only device and inode were compared.
FileIdentity identityNow(const HostStat& stat, const FileIdentity& known)
{
    return stat.kind == HostKind::Directory ? stat.identity : known;
}

ChangeResult<FileIdentity> finishFolder(const Spot& spot, const FileMeta& meta)
{
    const Descriptor made(::openat(spot.folder.get(), spot.name.c_str(),
                                   O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!made)
        return failChange(errno, "cannot open the new folder " + spot.shown());
    FileMeta own = meta;
    own.readOnly.reset(); // on FAT that says nothing about what is in a folder
    if (const int error = applyMeta(made.get(), own))
        return failChange(error, "cannot set the times of the new folder " + spot.shown());
    const auto stat = statOf(made.get());
    if (!stat)
        return failChange(stat.error(), "cannot look at the new folder " + spot.shown());
    return stat->identity;
}

} // namespace

ChangeResult<> makeFolder(JailContext& context, const std::string& path, const FileMeta& meta,
                          const Request& request)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(context.root(), path));
    FATLAS_TRY(checkFree(spot));
    FATLAS_TRY(request.job.checkpoint());
    Begun begun;
    begun.kind = ChangeKind::MakeFolder;
    begun.path = path;
    begun.note = request.note;
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    const int error = makeFolderAt(nameAt(spot));
    if (error == EEXIST)
        return failChange(ConflictKind::Exists, spot.shown() + " is there already");
    if (error != 0)
        return failChange(error, "cannot make the folder " + spot.shown());
    auto identity = finishFolder(spot, meta);
    if (!identity) {
        static_cast<void>(removeFolderAt(nameAt(spot)));
        return std::unexpected(std::move(identity).error());
    }
    context.unsynced.add(spot.folder.get());
    Ended ended{.made = true};
    ended.result.identity = *identity;
    return change.end(ended);
}

ChangeResult<> removeFolder(JailContext& context, const Known& folder, const Request& request)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(context.root(), folder.path));
    FATLAS_ASSIGN(const HostStat stat, checkKnown(spot, asKind(folder, NodeKind::Directory)));
    FATLAS_TRY(request.job.checkpoint());
    Begun begun;
    begun.kind = ChangeKind::RemoveFolder;
    begun.path = folder.path;
    begun.before = stat.identity;
    begun.note = request.note;
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    const int error = removeFolderAt(nameAt(spot)); // only an empty one can go
    if (error == ENOTEMPTY || error == EEXIST)
        return failChange(ConflictKind::NotEmpty,
                          spot.shown() + " stays: it holds what the guest was not shown");
    if (error == ENOENT)
        return failChange(ConflictKind::Missing, spot.shown() + " is not there any more");
    if (error != 0)
        return failChange(error, "cannot remove the folder " + spot.shown());
    context.unsynced.add(spot.folder.get());
    return change.end(Ended{.made = true});
}

ChangeResult<> renameEntry(JailContext& context, const Known& from, const std::string& to,
                           const Request& request)
{
    FATLAS_ASSIGN(const Spot source, openSpot(context.root(), from.path));
    FATLAS_ASSIGN(const HostStat stat, checkKnown(source, from));
    if (isBelow(to, from.path))
        return fail(ErrorCode::InvalidArgument, source.shown() + " cannot become a part of itself");
    FATLAS_ASSIGN(const Spot target, openSpot(context.root(), to));
    FATLAS_TRY(request.job.checkpoint());
    Begun begun;
    begun.kind = ChangeKind::Rename;
    begun.path = from.path;
    begun.to = to;
    begun.before = identityNow(stat, from.identity);
    begun.note = request.note;
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    FATLAS_ASSIGN(const Applied applied, renameChecked(context, source, target, change));
    context.unsynced.add(source.folder.get());
    context.unsynced.add(target.folder.get());
    return applied;
}

ChangeResult<> exchangeEntries(JailContext& context, const Known& a, const Known& b,
                               const Request& request)
{
    FATLAS_ASSIGN(const Spot first, openSpot(context.root(), a.path));
    FATLAS_ASSIGN(const Spot second, openSpot(context.root(), b.path));
    FATLAS_ASSIGN(const HostStat firstStat, checkKnown(first, a));
    FATLAS_ASSIGN(const HostStat secondStat, checkKnown(second, b));
    if (isBelow(a.path, b.path) || isBelow(b.path, a.path))
        return fail(ErrorCode::InvalidArgument,
                    first.shown() + " cannot change places with a part of itself");
    FATLAS_TRY(request.job.checkpoint());
    Begun begun;
    begun.kind = ChangeKind::Exchange;
    begun.path = a.path;
    begun.to = b.path;
    begun.before = identityNow(firstStat, a.identity);
    begun.otherBefore = identityNow(secondStat, b.identity);
    begun.note = request.note;
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    FATLAS_ASSIGN(const Applied applied, exchangeChecked(context, first, second, change));
    context.unsynced.add(first.folder.get());
    context.unsynced.add(second.folder.get());
    return applied;
}

} // namespace fatlas::host
