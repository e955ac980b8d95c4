#include "core/sync/known_tree.hpp"

#include <algorithm>
#include <cassert>
#include <ranges>

namespace fatlas::sync {

KnownTree::KnownTree()
{
    KnownEntry root;
    root.isDirectory = true;
    m_entries.emplace(0, std::move(root));
}

KnownId KnownTree::add(KnownEntry added)
{
    const KnownId id = m_next;
    [[maybe_unused]] const bool isSet = set(id, std::move(added));
    assert(isSet);
    return id;
}

bool KnownTree::set(KnownId id, KnownEntry changed)
{
    const auto parent = m_entries.find(changed.parent);
    if (id == none || parent == m_entries.end() || !parent->second.isDirectory)
        return false;
    const auto old = m_entries.find(id);
    if (old == m_entries.end()) {
        parent->second.children.push_back(id);
        m_next = std::max(m_next, id + 1);
        changed.children.clear();
        m_entries.emplace(id, std::move(changed));
        return true;
    }
    if (id != 0 && isBelow(changed.parent, id))
        return false;
    if (id != 0 && old->second.parent != changed.parent) {
        std::erase(entry(old->second.parent).children, id);
        parent->second.children.push_back(id);
    }
    changed.children = std::move(old->second.children);
    old->second = std::move(changed);
    return true;
}

bool KnownTree::remove(KnownId id)
{
    const auto found = m_entries.find(id);
    if (id == 0 || found == m_entries.end() || !found->second.children.empty())
        return false;
    std::erase(entry(found->second.parent).children, id);
    m_entries.erase(found);
    return true;
}

std::string KnownTree::hostPath(KnownId id) const
{
    std::vector<const std::string*> names;
    for (KnownId up = id; up != 0; up = at(up).parent)
        names.push_back(&at(up).hostName);
    std::string path;
    for (const std::string* name : names | std::views::reverse) {
        if (!path.empty())
            path += '/';
        path += *name;
    }
    return path;
}

std::optional<KnownId> KnownTree::findHost(KnownId parent, std::string_view hostName) const
{
    for (const KnownId child : at(parent).children)
        if (at(child).hostName == hostName)
            return child;
    return std::nullopt;
}

/// Or the folder itself.
bool KnownTree::isBelow(KnownId id, KnownId folder) const
{
    for (KnownId up = id;; up = at(up).parent) {
        if (up == folder)
            return true;
        if (up == 0)
            return false;
    }
}

std::vector<KnownId> KnownTree::inOrder() const
{
    std::vector<KnownId> order{0};
    order.reserve(m_entries.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& children = at(order[i]).children;
        order.insert(order.end(), children.begin(), children.end());
    }
    return order;
}

} // namespace fatlas::sync
