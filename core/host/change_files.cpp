#include "core/host/changing_calls.hpp"
#include "core/host/file_meta.hpp"
#include "core/host/jail_changes.hpp"
#include "core/host/temporary.hpp"
#include "core/host/write_content.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace fatlas::host {

namespace {

/// Whole and on the medium, under its temporary name.
ChangeResult<FileIdentity> fill(Temporary& temporary, const NewContent& content,
                                const JobControl& job)
{
    File& file = temporary.file();
    FATLAS_TRY(writeContent(file, content.bytes, job));
    if (const int error = applyMeta(file.descriptor(), content.meta))
        return failChange(error, "cannot set mode and times of the new file");
    FATLAS_TRY(file.sync());
    FATLAS_TRY(job.checkpoint());
    FATLAS_ASSIGN(const FileIdentity identity, file.identity());
    return identity;
}

Begun beginWith(ChangeKind kind, const Spot& spot, const Request& request)
{
    Begun begun;
    begun.kind = kind;
    begun.path = spot.path;
    begun.note = request.note;
    return begun;
}

/// A file that is out of the way already, to where it is kept. Where it cannot go there (another
/// file system), it stays under the temporary name that it has.
void putAway(const Spot& spot, const RunningChange& change, Ended& ended)
{
    const Begun& begun = change.begun();
    const NameAt now{.folder = spot.folder.get(), .name = begun.temporary.c_str()};
    if (begun.old == Begun::Old::Drop && removeFileAt(now) == 0)
        return;
    const Keep& keep = change.keep();
    const bool isInKeep =
        renameTo(now, {.folder = keep.descriptor(), .name = begun.saved.c_str()}) == 0;
    ended.keptPath = isInKeep ? keep.pathOf(begun.saved) : siblingPath(spot.path, begun.temporary);
    const auto stat = isInKeep ? statAt(keep.descriptor(), begun.saved.c_str())
                               : statAt(spot.folder.get(), begun.temporary.c_str());
    const bool isKnown = stat && isSameContent(stat->identity, begun.before);
    ended.kept = isKnown ? stat->identity : begun.before;
}

bool cannotExchange(int error) noexcept
{
    return error == EINVAL || error == ENOSYS;
}

/// Another file than the known one came out, and went back. If it did not, it is in the folder
/// still, and recovery sees to it.
std::unexpected<ChangeError> giveBack(int error, NameAt aside, const Spot& spot,
                                      RunningChange& change)
{
    const auto left = statAt(aside.folder, aside.name);
    if (left && !isSameInode(left->identity, change.begun().fresh))
        change.leaveOpen();
    if (error != 0)
        return failChange(error, "cannot give its name back to " + spot.shown());
    return failChanged(spot);
}

enum class Exchange : std::uint8_t { Made, NotHere };

/// The new file takes the name; what had it goes to the keep.
ChangeResult<Exchange> exchange(JailContext& context, const Spot& spot, const Temporary& temporary,
                                RunningChange& change, Ended& ended)
{
    const Begun& begun = change.begun();
    KeptFiles::Change kept(*context.kept);
    const int error = exchangeNames(temporary.at(), nameAt(spot));
    if (cannotExchange(error))
        return Exchange::NotHere;
    if (error == ENOENT)
        return failChange(ConflictKind::Missing, spot.shown() + " is not there any more");
    if (error != 0)
        return failChange(error, "cannot replace " + spot.shown());
    const auto out = statAt(spot.folder.get(), begun.temporary.c_str());
    if (!out || out->kind != HostKind::File || !isSameContent(out->identity, begun.before)) {
        const int back = exchangeNames(temporary.at(), nameAt(spot));
        return giveBack(back, temporary.at(), spot, change);
    }
    ended.made = true;
    ended.result.identity = afterRename(spot, begun.fresh);
    putAway(spot, change, ended);
    tellKept(kept, *context.keep, begun, ended);
    return Exchange::Made;
}

/// Out of its folder, into the keep; beside itself where the keep cannot take it.
ChangeResult<> takeOut(JailContext& context, const Spot& spot, RunningChange& change, Ended& ended)
{
    const Begun& begun = change.begun();
    const NameAt aside{.folder = spot.folder.get(), .name = begun.temporary.c_str()};
    KeptFiles::Change kept(*context.kept);
    const int error = renameTo(nameAt(spot), aside);
    if (error == ENOENT)
        return failChange(ConflictKind::Missing, spot.shown() + " is not there any more");
    if (error != 0)
        return failChange(error, "cannot remove " + spot.shown());
    const auto out = statAt(aside.folder, aside.name);
    if (!out || out->kind != HostKind::File || !isSameContent(out->identity, begun.before)) {
        const int back = renameTo(aside, nameAt(spot));
        return giveBack(back, aside, spot, change);
    }
    ended.made = true;
    putAway(spot, change, ended);
    tellKept(kept, *context.keep, begun, ended);
    return Applied{};
}

ChangeResult<> replaceWhole(JailContext& context, const Known& file, const NewContent& content,
                            const Request& request)
{
    const std::vector<ByteRange> all{{.offset = 0, .length = content.bytes.size()}};
    const std::vector<ByteRange> none;
    return writeInPlace(context,
                        {.kind = ChangeKind::ReplaceFile,
                         .file = file,
                         .ranges = content.bytes.size() == 0 ? none : all,
                         .content = content},
                        request);
}

/// Nothing when it has to be done in place.
ChangeResult<std::optional<Applied>> replaceByExchange(JailContext& context, const Spot& spot,
                                                       const Known& file, const NewContent& content,
                                                       const Request& request)
{
    const Descriptor old(::openat(spot.folder.get(), spot.name.c_str(),
                                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status = {};
    if (!old || ::fstat(old.get(), &status) != 0)
        return failChange(errno, "cannot open " + spot.shown());
    if (status.st_nlink > 1)
        return std::nullopt;
    FATLAS_ASSIGN(Temporary temporary, Temporary::create(spot, *context.keep));
    if (const int error = copyMeta(old.get(), temporary.file().descriptor()); error == ENOSPC)
        return failChange(error, "cannot copy the attributes of " + spot.shown());
    else if (error != 0)
        return std::nullopt;
    FATLAS_ASSIGN(const FileIdentity fresh, fill(temporary, content, request.job));
    FATLAS_TRY(checkKnown(spot, asKind(file, NodeKind::File)));

    Begun begun = beginWith(ChangeKind::ReplaceFile, spot, request);
    begun.before = file.identity;
    begun.fresh = fresh;
    begun.temporary = temporary.name();
    begun.saved = context.keep->nextFileName();
    begun.old = context.made.has(file.identity) ? Begun::Old::Drop : Begun::Old::Keep;
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    Ended ended;
    FATLAS_ASSIGN(const Exchange done, exchange(context, spot, temporary, change, ended));
    if (done == Exchange::NotHere)
        return std::nullopt;
    temporary.release();
    context.unsynced.add(spot.folder.get());
    return change.end(ended);
}

} // namespace

ChangeResult<> createFile(JailContext& context, const std::string& path, const NewContent& content,
                          const Request& request)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(context.root(), path));
    FATLAS_TRY(checkFree(spot));
    FATLAS_ASSIGN(Temporary temporary, Temporary::create(spot, *context.keep));
    FATLAS_ASSIGN(const FileIdentity fresh, fill(temporary, content, request.job));
    Begun begun = beginWith(ChangeKind::CreateFile, spot, request);
    begun.fresh = fresh;
    begun.temporary = temporary.name();
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    const int error = renameTo(temporary.at(), nameAt(spot));
    if (error == EEXIST)
        return failChange(ConflictKind::Exists, spot.shown() + " is there already");
    if (error != 0)
        return failChange(error, "cannot name the new file " + spot.shown());
    temporary.release();
    context.unsynced.add(spot.folder.get());
    Ended ended{.made = true};
    ended.result.identity = afterRename(spot, fresh);
    return change.end(ended);
}

ChangeResult<> replaceFile(JailContext& context, const Known& file, const NewContent& content,
                           const Request& request)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(context.root(), file.path));
    FATLAS_ASSIGN(const HostStat stat, checkKnown(spot, asKind(file, NodeKind::File)));
    if (!isWritable(spot.folder.get(), spot.name.c_str(), stat))
        return failChange(ConflictKind::NotWritable,
                          spot.shown() + " may not be written by this user");
    FATLAS_ASSIGN(const auto done, replaceByExchange(context, spot, file, content, request));
    if (done)
        return *done;
    return replaceWhole(context, file, content, request);
}

ChangeResult<> removeFile(JailContext& context, const Known& file, const Request& request)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(context.root(), file.path));
    FATLAS_TRY(checkKnown(spot, asKind(file, NodeKind::File)));
    FATLAS_TRY(request.job.checkpoint());
    Begun begun = beginWith(ChangeKind::RemoveFile, spot, request);
    begun.before = file.identity;
    begun.temporary = context.keep->nextTemporaryName();
    begun.saved = context.keep->nextFileName();
    begun.old = context.made.has(file.identity) ? Begun::Old::Drop : Begun::Old::Keep;
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    Ended ended;
    FATLAS_TRY(takeOut(context, spot, change, ended));
    context.unsynced.add(spot.folder.get());
    context.unsynced.add(context.keep->descriptor());
    return change.end(ended);
}

} // namespace fatlas::host
