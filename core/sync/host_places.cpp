#include "core/sync/host_places.hpp"

#include "core/sync/host_names.hpp"

#include <algorithm>

namespace fatlas::sync {

std::string wantedHostName(const KnownEntry& parent, const KnownEntry* entry,
                           const fat::TreeNode& node)
{
    if (entry != nullptr && !entry->isAside && entry->guestName == node.name)
        return entry->hostName;
    const auto home = std::ranges::find(parent.homeNames, node.name, &HomeName::guest);
    return home != parent.homeNames.end() ? home->host : hostNameFor(node.name);
}

bool isElsewhere(const KnownEntry& entry, const fat::TreeNode& node, KnownId parent)
{
    return entry.isAside || entry.guestName != node.name || entry.parent != parent;
}

std::string wantedHostPath(const KnownTree& known, const GuestTree& guest, const Pairing& pairing,
                           std::uint32_t node)
{
    std::string path;
    for (std::uint32_t at = node; at != 0; at = guest.node(at).parent) {
        const KnownId folder = pairing.knownOf(guest.node(at).parent);
        const std::string name = folder == none
                                     ? hostNameFor(guest.node(at).name)
                                     : wantedHostName(known.at(folder), nullptr, guest.node(at));
        path.insert(0, path.empty() ? name : name + "/");
        if (folder == none)
            continue;
        if (folder != 0)
            path.insert(0, known.hostPath(folder) + "/");
        break;
    }
    return path;
}

} // namespace fatlas::sync
