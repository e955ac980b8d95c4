#include "core/host/changing_calls.hpp"
#include "core/host/file_meta.hpp"
#include "core/host/jail_changes.hpp"

#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

namespace {

/// Somebody who wrote to the file meanwhile is not hidden by the new times.
FileIdentity afterMeta(const HostStat& now, const FileIdentity& before, const FileMeta& meta)
{
    const bool isOurs = now.kind == HostKind::Directory ||
                        (now.identity.size == before.size &&
                         (meta.modifiedNs || now.identity.modifiedNs == before.modifiedNs));
    return isOurs ? now.identity : before;
}

int restoreMeta(int descriptor, const HostStat& before)
{
    if (const int error = setMode(descriptor, before.mode & 07777))
        return error;
    return setModified(descriptor, before.identity.modifiedNs);
}

void rememberToSync(JailContext& context, const Spot& spot)
{
    const Descriptor readable(::openat(spot.folder.get(), spot.name.c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (readable)
        context.unsynced.add(readable.get());
    else
        context.unsynced.addAll();
}

} // namespace

ChangeResult<> setMeta(JailContext& context, const Known& file, const FileMeta& meta,
                       const Request& request)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(context.root(), file.path));
    FATLAS_ASSIGN(const HostStat stat, checkKnown(spot, file));
    const Descriptor opened(
        ::openat(spot.folder.get(), spot.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    const auto same =
        opened ? statOf(opened.get()) : SystemResult<HostStat>(std::unexpected(errno));
    if (!same || same->identity != stat.identity)
        return failChanged(spot);
    FATLAS_TRY(request.job.checkpoint());
    Begun begun;
    begun.kind = ChangeKind::SetMeta;
    begun.path = file.path;
    begun.before = stat.identity;
    begun.note = request.note;
    FileMeta wanted = meta;
    if (stat.kind == HostKind::Directory)
        wanted.readOnly.reset(); // on FAT that says nothing about what is in a folder
    FATLAS_ASSIGN(RunningChange change, RunningChange::begin(context, std::move(begun)));
    rememberToSync(context, spot);
    KeptFiles::Change kept(*context.kept);
    const int error = applyMeta(opened.get(), wanted);
    const int taken = error == 0 ? 0 : restoreMeta(opened.get(), stat);
    const auto now = statOf(opened.get());
    Ended ended{.made = error == 0};
    if (now)
        ended.result.identity = afterMeta(*now, stat.identity, wanted);
    tellKept(kept, *context.keep, change.begun(), ended);
    const Applied applied = change.end(ended);
    if (error == 0)
        return applied;
    auto failure = failChange(error, "cannot set times and attributes of " + spot.shown());
    if (taken == 0 && now)
        failure.error().restored = applied.identity;
    return failure;
}

} // namespace fatlas::host
