#include "core/host/inotify_tree.hpp"

#include "core/base/text.hpp"
#include "core/host/own_names.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <sys/inotify.h>

namespace fatlas::host {

namespace {

constexpr std::uint32_t folderMask = IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB |
                                     IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
                                     IN_MOVE_SELF | IN_EXCL_UNLINK | IN_ONLYDIR;
constexpr std::uint32_t parentMask =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_EXCL_UNLINK | IN_ONLYDIR;
constexpr std::size_t eventBufferSize = 64 * 1024;

/// The value of a setting of the system, or "?" when it does not tell.
std::string systemSetting(const char* name)
{
    std::string value;
    std::ifstream file(std::string("/proc/sys/fs/inotify/") + name);
    return std::getline(file, value) ? value : "?";
}

} // namespace

Result<InotifyTree> InotifyTree::create(std::filesystem::path root)
{
    InotifyTree tree(std::move(root));
    tree.m_inotify = Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!tree.m_inotify && errno == EMFILE)
        return fail(ErrorCode::Limit,
                    fmt::format("cannot watch {} for changes: this user already has all {} inotify "
                                "instances or open files; fs.inotify.max_user_instances sets the "
                                "limit",
                                escapeForTerminal(tree.m_root.native()),
                                systemSetting("max_user_instances")));
    if (!tree.m_inotify)
        return failSystem(errno, "cannot start watching for changes");
    return tree;
}

Result<WalkEnd> InotifyTree::sync(const std::stop_token& stop)
{
    ++m_walk;
    watchParent();
    const auto end = walkFolders(m_root.c_str(), stop, [this](int folder) { return add(folder); });
    if (!end)
        return explain(end.error());
    if (*end == WalkEnd::Complete)
        dropStale();
    return *end;
}

int InotifyTree::add(int folder)
{
    // There is no call that takes a folder's descriptor; this name for it has no limit of length.
    const std::string name = fmt::format("/proc/self/fd/{}", folder);
    const int watch = ::inotify_add_watch(m_inotify.get(), name.c_str(), folderMask);
    if (watch < 0)
        return errno;
    m_watches.insert_or_assign(watch, m_walk);
    return 0;
}

/// Best effort: without it, a folder that disappears is still seen, one that comes back is not.
void InotifyTree::watchParent()
{
    if (m_parentWatch < 0 && m_root.has_filename())
        m_parentWatch =
            ::inotify_add_watch(m_inotify.get(), m_root.parent_path().c_str(), parentMask);
}

void InotifyTree::dropStale()
{
    std::erase_if(m_watches, [this](const auto& watch) {
        if (watch.second == m_walk)
            return false;
        ::inotify_rm_watch(m_inotify.get(), watch.first);
        return true;
    });
}

InotifyTree::Changes InotifyTree::takeEvents()
{
    Changes changes;
    alignas(inotify_event) std::array<char, eventBufferSize> buffer;
    for (;;) {
        const ssize_t length = ::read(m_inotify.get(), buffer.data(), buffer.size());
        if (length <= 0)
            return changes;
        for (ssize_t at = 0; at < length;) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const Changes one =
                judge(event, event.len != 0 ? buffer.data() + at + sizeof event : "");
            changes.any |= one.any;
            changes.folders |= one.folders;
            at += static_cast<ssize_t>(sizeof event) + event.len;
        }
    }
}

InotifyTree::Changes InotifyTree::judge(const inotify_event& event, const char* name)
{
    if ((event.mask & IN_Q_OVERFLOW) != 0)
        return {.any = true, .folders = true};
    if (event.wd == m_parentWatch) {
        if ((event.mask & IN_IGNORED) != 0)
            m_parentWatch = -1;
        const bool isRoot = m_root.filename() == name;
        return {.any = isRoot, .folders = isRoot};
    }
    const auto watch = m_watches.find(event.wd);
    if (watch == m_watches.end())
        return {};
    if ((event.mask & IN_IGNORED) != 0) {
        m_watches.erase(watch);
        return {};
    }
    if (isOwnName(name))
        return {};
    const std::uint32_t itself = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;
    return {.any = true, .folders = (event.mask & (IN_ISDIR | itself)) != 0};
}

std::unexpected<Error> InotifyTree::explain(int error) const
{
    const std::string shown = escapeForTerminal(m_root.native());
    if (error != ENOSPC)
        return failSystem(error, fmt::format("cannot watch {} for changes", shown));
    return std::unexpected(Error{
        .code = ErrorCode::Limit,
        .message = fmt::format("cannot watch all folders of {} for changes: this user already has "
                               "all {} inotify watches; fs.inotify.max_user_watches sets the limit",
                               shown, systemSetting("max_user_watches")),
        .systemError = error});
}

} // namespace fatlas::host
