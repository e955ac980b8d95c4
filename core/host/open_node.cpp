#include "core/host/open_node.hpp"

#include <climits>

#include <cerrno>
#include <fcntl.h>

namespace fatlas::host {

namespace {

SystemResult<Descriptor> openAt(int folder, const char* name, int flags)
{
    Descriptor opened(::openat(folder, name, flags | O_CLOEXEC));
    if (!opened)
        return std::unexpected(errno);
    return opened;
}

SystemResult<Descriptor> openStepByStep(int root, const Snapshot& snapshot, std::uint32_t node,
                                        int flags)
{
    std::vector<std::uint32_t> way;
    for (std::uint32_t at = node; at != 0; at = snapshot.nodes[at].parent)
        way.push_back(at);
    Descriptor here;
    while (!way.empty()) {
        const char* const name = snapshot.nodes[way.back()].name.c_str();
        way.pop_back();
        auto next =
            openAt(here ? here.get() : root, name, way.empty() ? flags : O_PATH | O_DIRECTORY);
        if (!next)
            return next;
        here = std::move(*next);
    }
    return here;
}

} // namespace

SystemResult<Descriptor> openNode(int root, const Snapshot& snapshot, std::uint32_t node, int flags)
{
    if (node == 0)
        return openAt(root, ".", flags);
    const std::string path = snapshot.relativePath(node);
    if (path.size() < PATH_MAX) {
        auto opened = openAt(root, path.c_str(), flags);
        if (opened || (opened.error() != ELOOP && opened.error() != ENAMETOOLONG))
            return opened;
    }
    return openStepByStep(root, snapshot, node, flags);
}

} // namespace fatlas::host
