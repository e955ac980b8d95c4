#include "core/host/snapshot.hpp"

namespace fatlas::host {

std::string Snapshot::relativePath(std::uint32_t node) const
{
    std::size_t length = 0;
    for (std::uint32_t at = node; at != 0; at = nodes[at].parent)
        length += nodes[at].name.size() + 1;
    if (length == 0)
        return {};
    std::string path(length - 1, '/');
    std::size_t end = path.size();
    for (std::uint32_t at = node; at != 0; at = nodes[at].parent) {
        const std::string& name = nodes[at].name;
        path.replace(end - name.size(), name.size(), name);
        end -= name.size() + (nodes[at].parent != 0 ? 1 : 0);
    }
    return path;
}

const char* toString(LeftOutReason reason) noexcept
{
    switch (reason) {
    case LeftOutReason::Socket: return "is a socket";
    case LeftOutReason::Fifo: return "is a named pipe (FIFO)";
    case LeftOutReason::Device: return "is a device";
    case LeftOutReason::DanglingLink: return "is a link that leads nowhere";
    case LeftOutReason::LinkLeavesFolder: return "is a link that leads out of the folder";
    case LeftOutReason::LinkLoop: return "is a link that leads back to itself or a folder above it";
    case LeftOutReason::Vanished: return "vanished while the folder was looked at";
    }
    return "is left out";
}

} // namespace fatlas::host
