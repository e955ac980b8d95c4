#include "core/host/jail_context.hpp"

#include "core/host/changing_calls.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace fatlas::host {

void MadeFiles::add(const FileIdentity& file)
{
    const std::scoped_lock lock(m_mutex);
    m_files.insert_or_assign(file.inode, file);
}

bool MadeFiles::has(const FileIdentity& file) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_files.find(file.inode);
    return found != m_files.end() && found->second == file;
}

void MadeFiles::change(const FileIdentity& before, const FileIdentity* after)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_files.find(before.inode);
    if (found == m_files.end() || found->second != before)
        return;
    if (after == nullptr)
        m_files.erase(found);
    else
        found->second = *after;
}

void Unsynced::add(int descriptor)
{
    const std::scoped_lock lock(m_mutex);
    const auto stat = statOf(descriptor);
    if (m_isAll || (stat && m_open.contains(stat->identity.inode)))
        return;
    Descriptor own(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
    if (stat && own && m_open.size() < maxSingle) {
        m_open.emplace(stat->identity.inode, std::move(own));
        return;
    }
    m_isAll = true;
    m_open.clear();
}

void Unsynced::addAll()
{
    const std::scoped_lock lock(m_mutex);
    m_isAll = true;
    m_open.clear();
}

Result<> Unsynced::sync(int root)
{
    std::unordered_map<std::uint64_t, Descriptor> open;
    bool isAll = false;
    {
        const std::scoped_lock lock(m_mutex);
        open.swap(m_open);
        isAll = std::exchange(m_isAll, false);
    }
    int error = isAll ? syncFileSystem(root) : 0;
    for (auto it = open.begin(); error == 0 && it != open.end(); ++it)
        error = syncFolder(it->second.get());
    if (error == 0)
        return {};
    addAll(); // the next time, more than what failed
    return failSystem(error, "cannot sync what was changed in the folder");
}

void tellKept(KeptFiles::Change& kept, const Keep& keep, const Begun& begun, const Ended& ended)
{
    const Known before{.path = begun.path, .identity = begun.before};
    const Applied& now = ended.result;
    if (begun.inPlace) {
        std::vector<KeptPiece> pieces;
        for (const SavedRange& range : begun.ranges)
            pieces.push_back({.offset = range.offset,
                              .length = range.length,
                              .path = keep.pathOf(begun.saved),
                              .at = range.at});
        if (begun.wholeCopy && ended.kept.inode != 0)
            kept.copied(before, {.path = ended.keptPath, .identity = ended.kept});
        else if (ended.made)
            kept.overwritten(before, now.identity, pieces);
        else if (now.identity.inode != 0)
            kept.touched(before, now.identity);
        return;
    }
    const bool isTouched = begun.kind == ChangeKind::SetMeta || !ended.made;
    if (isTouched && now.identity.inode != 0)
        kept.touched(before, now.identity);
    if (!ended.made)
        return;
    if (!ended.keptPath.empty())
        kept.moved(before, {.path = ended.keptPath, .identity = ended.kept});
    else if (begun.kind == ChangeKind::Rename)
        kept.moved(before, {.path = begun.to, .identity = now.identity});
    else if (begun.kind == ChangeKind::Exchange)
        kept.exchanged(before, {.path = begun.to, .identity = begun.otherBefore}, now.other,
                       now.identity);
}

void tellContext(JailContext& context, const Begun& begun, const Ended& ended)
{
    MadeFiles& made = context.made;
    const Applied& now = ended.result;
    if (begun.inPlace || begun.kind == ChangeKind::SetMeta || !ended.made) {
        if (now.identity.inode != 0)
            made.change(begun.before, &now.identity);
        return;
    }
    if (!ended.keptPath.empty())
        context.keep->add({.path = ended.keptPath,
                           .identity = ended.kept,
                           .original = begun.path,
                           .wasDeleted = begun.kind == ChangeKind::RemoveFile});
    switch (begun.kind) {
    case ChangeKind::CreateFile: made.add(now.identity); break;
    case ChangeKind::ReplaceFile:
        made.change(begun.before, nullptr);
        made.add(now.identity);
        break;
    case ChangeKind::RemoveFile: made.change(begun.before, nullptr); break;
    case ChangeKind::Rename: made.change(begun.before, &now.identity); break;
    case ChangeKind::Exchange:
        made.change(begun.before, &now.other);
        made.change(begun.otherBefore, &now.identity);
        break;
    case ChangeKind::MakeFolder:
    case ChangeKind::RemoveFolder:
    case ChangeKind::WriteInPlace:
    case ChangeKind::SetMeta:
    case ChangeKind::Note: break;
    }
}

Result<RunningChange> RunningChange::begin(JailContext& context, Begun begun)
{
    FATLAS_ASSIGN(const std::uint64_t number, context.journal->append(begun));
    RunningChange running(context, std::move(begun), number);
    FATLAS_TRY(context.journal->sync(number));
    return running;
}

RunningChange::~RunningChange()
{
    if (m_context != nullptr)
        m_context->journal->appendSoon(Ended{.begun = m_number});
}

Applied RunningChange::end(Ended ended)
{
    ended.begun = m_number;
    tellContext(*m_context, m_begun, ended);
    std::exchange(m_context, nullptr)->journal->appendSoon(ended);
    return ended.result;
}

void RunningChange::leaveOpen() noexcept
{
    std::exchange(m_context, nullptr)->isUnsettled = true;
}

ChangeResult<HostStat> lookAt(const Spot& spot)
{
    const auto stat = statAt(spot.folder.get(), spot.name.c_str());
    if (!stat && stat.error() == ENOENT)
        return failChange(ConflictKind::Missing, spot.shown() + " is not there any more");
    if (!stat)
        return failChange(stat.error(), "cannot look at " + spot.shown());
    if (stat->kind != HostKind::File && stat->kind != HostKind::Directory)
        return failChange(ConflictKind::NotAFile, spot.shown() + " is neither file nor folder now");
    return *stat;
}

ChangeResult<Known> lookBeneath(int root, const std::string& path)
{
    FATLAS_ASSIGN(const Spot spot, openSpot(root, path));
    FATLAS_ASSIGN(const HostStat stat, lookAt(spot));
    return Known{.path = path,
                 .identity = stat.identity,
                 .kind = stat.kind == HostKind::Directory ? NodeKind::Directory : NodeKind::File};
}

ChangeResult<HostStat> checkKnown(const Spot& spot, const Known& known)
{
    FATLAS_ASSIGN(const HostStat stat, lookAt(spot));
    const bool isFolder = stat.kind == HostKind::Directory;
    if (isFolder != (known.kind == NodeKind::Directory))
        return failChange(ConflictKind::NotAFile,
                          spot.shown() + (isFolder ? " is a folder, expected a file"
                                                   : " is a file, expected a folder"));
    if (isFolder ? !stat.isSameAs(known.identity) : stat.identity != known.identity)
        return failChanged(spot);
    return stat;
}

ChangeResult<> checkFree(const Spot& spot)
{
    const auto stat = statAt(spot.folder.get(), spot.name.c_str());
    if (stat)
        return failChange(ConflictKind::Exists, spot.shown() + " is there already");
    if (stat.error() != ENOENT)
        return failChange(stat.error(), "cannot look at " + spot.shown());
    return Applied{};
}

FileIdentity afterRename(const Spot& spot, const FileIdentity& before)
{
    const auto now = statAt(spot.folder.get(), spot.name.c_str());
    const bool isOurs =
        now && (now->kind == HostKind::Directory ? now->isSameAs(before)
                                                 : isSameContent(now->identity, before));
    return isOurs ? now->identity : before;
}

std::string siblingPath(const std::string& path, const std::string& name)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? name : path.substr(0, slash + 1) + name;
}

std::unexpected<ChangeError> failChange(int error, const std::string& what)
{
    return std::unexpected(ChangeError(failSystem(error, what).error()));
}

std::unexpected<ChangeError> failChange(ConflictKind kind, std::string message)
{
    return std::unexpected(ChangeError(kind, std::move(message)));
}

std::unexpected<ChangeError> failChanged(const Spot& spot)
{
    return failChange(ConflictKind::Changed,
                      spot.shown() + " is not as it was any more: it was changed on the host");
}

} // namespace fatlas::host
