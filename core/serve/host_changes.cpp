#include "core/serve/host_changes.hpp"

#include <unordered_map>

namespace fatlas::serve {

namespace {

using Nodes = std::unordered_map<std::string, const host::Node*>;

/// What is on the disk, by its path; without the root.
Nodes nodesOf(const folder_disk::Plan& plan)
{
    Nodes nodes;
    nodes.reserve(plan.entries.size());
    for (std::size_t i = 1; i < plan.entries.size(); ++i) {
        const std::uint32_t node = plan.entries[i].node;
        nodes.emplace(plan.snapshot->relativePath(node), &plan.snapshot->nodes[node]);
    }
    return nodes;
}

/// A folder's own times change with what is in it; that is told by what is in it.
bool isSame(const host::Node& a, const host::Node& b)
{
    if (a.kind != b.kind)
        return false;
    return a.kind == host::NodeKind::Directory || a.identity == b.identity;
}

void add(std::vector<std::string>& list, HostChanges& changes, std::string path)
{
    ++changes.count;
    if (list.size() < HostChanges::maxListed)
        list.push_back(std::move(path));
}

} // namespace

HostChanges compareHost(const folder_disk::Plan& before, const folder_disk::Plan& now)
{
    HostChanges changes;
    const Nodes then = nodesOf(before);
    const Nodes here = nodesOf(now);
    for (std::size_t i = 1; i < before.entries.size(); ++i) {
        const std::uint32_t node = before.entries[i].node;
        std::string path = before.snapshot->relativePath(node);
        const auto found = here.find(path);
        if (found == here.end())
            add(changes.removed, changes, std::move(path));
        else if (!isSame(before.snapshot->nodes[node], *found->second))
            add(changes.changed, changes, std::move(path));
    }
    for (std::size_t i = 1; i < now.entries.size(); ++i) {
        std::string path = now.snapshot->relativePath(now.entries[i].node);
        if (!then.contains(path))
            add(changes.added, changes, std::move(path));
    }
    return changes;
}

} // namespace fatlas::serve
