#include "core/sync/pairing.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace fatlas::sync {

namespace {

std::u16string foldedName(std::string_view name)
{
    return foldCase(utf16FromUtf8Lossy(name));
}

/// The known children of one folder by their names: mostly they come in the order they are asked
/// for, and then nothing is looked up.
class Children {
public:
    Children(const KnownTree& known, KnownId folder)
        : m_known(known), m_ids(known.at(folder).children)
    {}

    KnownId find(const std::string& name)
    {
        if (m_next < m_ids.size() && m_known.at(m_ids[m_next]).guestName == name)
            return m_ids[m_next++];
        if (m_exact.empty())
            fill();
        if (const auto found = m_exact.find(name); found != m_exact.end()) {
            m_next = found->second + 1;
            return m_ids[found->second];
        }
        const auto found = m_folded.find(foldedName(name));
        return found == m_folded.end() ? none : found->second;
    }

private:
    void fill()
    {
        for (std::size_t i = 0; i < m_ids.size(); ++i) {
            const std::string& name = m_known.at(m_ids[i]).guestName;
            m_exact.emplace(name, i);
            m_folded.emplace(foldedName(name), m_ids[i]);
        }
    }

    const KnownTree& m_known;
    const std::vector<KnownId>& m_ids;
    std::size_t m_next = 0;
    std::unordered_map<std::string, std::size_t> m_exact;
    std::unordered_map<std::u16string, KnownId> m_folded;
};

} // namespace

void StartIndex::add(Cluster first, std::uint32_t who)
{
    if (first.value != 0)
        m_starts.push_back({.first = first, .who = who});
}

void StartIndex::sort()
{
    std::ranges::sort(m_starts, {}, &Start::first);
}

std::uint32_t StartIndex::find(Cluster first) const
{
    const auto found = std::ranges::equal_range(m_starts, first, {}, &Start::first);
    return found.size() == 1 ? found.front().who : none;
}

Pairing::Pairing(const KnownTree& known, const GuestTree& guest)
    : m_known(known), m_guest(guest), m_knownOf(guest.tree->nodes.size(), none),
      m_nodeOf(known.endId(), none), m_isHidden(known.endId(), false)
{
    pair(0, 0);
    for (std::uint32_t folder = 0; folder < guest.tree->nodes.size(); ++folder) {
        if (!guest.node(folder).isDirectory)
            continue;
        const KnownId id = m_knownOf[folder];
        if (guest.health[folder] == Health::Good)
            pairChildren(folder);
        else if (id != none)
            hide(id);
    }
}

const Pairing::Starts& Pairing::starts()
{
    if (m_starts)
        return *m_starts;
    Starts& starts = m_starts.emplace();
    for (const KnownId id : m_known.inOrder())
        if (id != 0)
            starts.known.add(m_known.at(id).firstCluster, id);
    for (std::uint32_t i = 1; i < m_guest.tree->nodes.size(); ++i)
        if (m_guest.health[i] != Health::InWaitingFolder)
            starts.nodes.add(m_guest.firstCluster(i), i);
    starts.known.sort();
    starts.nodes.sort();
    return starts;
}

std::uint32_t Pairing::nodeFrom(Cluster first)
{
    return first.value == 0 ? none : starts().nodes.find(first);
}

KnownId Pairing::knownFrom(Cluster first)
{
    return first.value == 0 ? none : starts().known.find(first);
}

/// By name where name and content belong together, else by where it came from.
void Pairing::pairChildren(std::uint32_t folder)
{
    const fat::TreeNode& parent = m_guest.node(folder);
    const KnownId parentId = m_knownOf[folder];
    std::optional<Children> children;
    if (parentId != none)
        children.emplace(m_known, parentId);
    for (std::uint32_t i = parent.firstChild; i < parent.firstChild + parent.childCount; ++i) {
        const fat::TreeNode& node = m_guest.node(i);
        KnownId same = children ? children->find(node.name) : none;
        if (same != none && (m_known.at(same).isDirectory != node.isDirectory || isPaired(same)))
            same = none;
        if (same != none && m_known.at(same).firstCluster == m_guest.firstCluster(i)) {
            pair(same, i);
            continue;
        }
        if (const KnownId from = movedHere(i); from != none)
            pair(from, i);
        else if (same != none && !hasMovedAway(same))
            pair(same, i);
    }
}

KnownId Pairing::movedHere(std::uint32_t node)
{
    const Cluster first = m_guest.firstCluster(node);
    if (first.value == 0 || nodeFrom(first) != node)
        return none;
    const KnownId found = knownFrom(first);
    return found != none && !isPaired(found) && isCertain(found, node) ? found : none;
}

bool Pairing::hasMovedAway(KnownId id)
{
    const std::uint32_t found = nodeFrom(m_known.at(id).firstCluster);
    return found != none && isCertain(id, found);
}

/// A rename leaves the creation time alone, and unless something is written size and time.
bool Pairing::isCertain(KnownId id, std::uint32_t node) const
{
    const KnownEntry& entry = m_known.at(id);
    const fat::DirectoryEntryRaw& now = m_guest.node(node).raw;
    const fat::DirectoryEntryRaw& then = entry.raw;
    if (entry.isDirectory != m_guest.node(node).isDirectory)
        return false;
    if (entry.isDirectory)
        return true; // what is in it will tell
    const bool isSameBirth = then.createdDate.get() != 0 && then.createdDate == now.createdDate &&
                             then.createdTime == now.createdTime &&
                             then.createdTenths == now.createdTenths;
    const bool isSameState = then.size == now.size && then.modifiedDate == now.modifiedDate &&
                             then.modifiedTime == now.modifiedTime;
    return isSameBirth || isSameState;
}

void Pairing::pair(KnownId id, std::uint32_t node)
{
    m_knownOf[node] = id;
    m_nodeOf[id] = node;
    ++m_pairCount;
}

/// All below it, but for what was found elsewhere.
void Pairing::hide(KnownId folder)
{
    std::vector<KnownId> left = m_known.at(folder).children;
    while (!left.empty()) {
        const KnownId id = left.back();
        left.pop_back();
        m_isHidden[id] = true;
        const auto& children = m_known.at(id).children;
        left.insert(left.end(), children.begin(), children.end());
    }
}

} // namespace fatlas::sync
