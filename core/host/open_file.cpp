#include "core/host/open_file.hpp"

#include "core/base/text.hpp"
#include "core/host/open_node.hpp"

#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

Result<File> openFile(const Snapshot& snapshot, std::uint32_t node)
{
    const std::filesystem::path path = snapshot.root / snapshot.relativePath(node);
    const std::string name = escapeForTerminal(path.native());
    const Descriptor root(::open(snapshot.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root)
        return failSystem(errno, "cannot open folder " + escapeForTerminal(snapshot.root.native()));
    // Reading leaves the folder as it was, access times too, where the owner is who reads.
    constexpr int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
    auto opened = openNode(root.get(), snapshot, node, flags | O_NOATIME);
    if (!opened && opened.error() == EPERM)
        opened = openNode(root.get(), snapshot, node, flags);
    if (!opened)
        return failSystem(opened.error(), "cannot open " + name);
    const auto stat = statOf(opened->get());
    if (!stat)
        return failSystem(stat.error(), "cannot look at " + name);
    if (stat->identity != snapshot.nodes[node].identity)
        return fail(ErrorCode::Changed, name + " was changed after the folder was scanned");
    return File::adopt(opened->release(), path);
}

} // namespace fatlas::host
