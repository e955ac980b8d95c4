#include "core/host/open_file.hpp"

#include "core/base/text.hpp"
#include "core/host/open_node.hpp"

#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

Result<int> FileOpener::root() const
{
    const std::scoped_lock lock(m_mutex);
    if (!m_root)
        m_root = Descriptor(::open(m_snapshot.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!m_root)
        return failSystem(errno,
                          "cannot open folder " + escapeForTerminal(m_snapshot.root.native()));
    return m_root.get();
}

Result<File> FileOpener::open(std::uint32_t node) const
{
    const std::filesystem::path path = m_snapshot.root / m_snapshot.relativePath(node);
    FATLAS_ASSIGN(const int folder, root());
    // Reading leaves the folder as it was, access times too, where the owner is who reads.
    constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
    auto opened = openNode(folder, m_snapshot, node, flags | O_NOATIME);
    if (!opened && opened.error() == EPERM)
        opened = openNode(folder, m_snapshot, node, flags);
    if (!opened)
        return failSystem(opened.error(), "cannot open " + escapeForTerminal(path.native()));
    const auto stat = statOf(opened->get());
    if (!stat)
        return failSystem(stat.error(), "cannot look at " + escapeForTerminal(path.native()));
    if (stat->identity != m_snapshot.nodes[node].identity)
        return fail(ErrorCode::Changed,
                    escapeForTerminal(path.native()) + " was changed after the folder was scanned");
    return File::adopt(opened->release(), path);
}

} // namespace fatlas::host
