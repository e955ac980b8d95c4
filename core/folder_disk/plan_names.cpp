#include "core/folder_disk/plan_names.hpp"

#include "core/base/text.hpp"
#include "core/fat/long_name.hpp"
#include "core/folder_disk/unique_names.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace fatlas::folder_disk {
namespace {

constexpr std::size_t maxShortNameUnits = 12;

/// A child whose name is taken, and by whom.
struct Collision {
    std::uint32_t child = 0;
    std::uint32_t other = 0;
};

std::vector<NamedChild> legalNames(const host::Snapshot& snapshot,
                                   std::span<const std::uint32_t> nodes)
{
    std::vector<NamedChild> children(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        fat::LegalName legal = fat::makeLegalName(snapshot.nodes[nodes[i]].name);
        children[i].node = nodes[i];
        children[i].longName = std::move(legal.name);
        children[i].why = std::move(legal.why);
    }
    return children;
}

/// Unchanged names first, so that the ones that change anyway give way.
std::vector<Collision> findCollisions(std::span<const NamedChild> children, FoldedNames& names)
{
    std::vector<Collision> collisions;
    for (const bool changed : {false, true})
        for (std::uint32_t i = 0; i < children.size(); ++i)
            if (children[i].why.empty() != changed)
                if (const auto other = names.insert(children[i].longName, i))
                    collisions.push_back({.child = i, .other = *other});
    return collisions;
}

std::string whyRenamed(const host::Snapshot& snapshot, const NamedChild& child,
                       const NamedChild& other)
{
    if (child.why.empty())
        return fmt::format("differs from \"{}\" only in case", snapshot.nodes[other.node].name);
    return fmt::format("{}, and \"{}\" is taken", child.why, utf8FromUtf16(other.longName));
}

void makeUnique(const host::Snapshot& snapshot, std::vector<NamedChild>& children)
{
    FoldedNames names(children.size());
    std::unordered_map<std::uint32_t, std::uint32_t> nextTail;
    for (const Collision& collision : findCollisions(children, names)) {
        NamedChild& child = children[collision.child];
        std::uint32_t& tail = nextTail[collision.other];
        std::u16string unique = withTail(child.longName, ++tail);
        while (names.contains(unique))
            unique = withTail(child.longName, ++tail);
        child.why = whyRenamed(snapshot, child, children[collision.other]);
        child.longName = std::move(unique);
        names.insert(child.longName, collision.child);
    }
}

/// Takes the 8.3 name that the long name is already, in its own case or in another.
bool takeOwnShortName(NamedChild& child, fat::ShortNameSet& taken, const CodePage& page)
{
    child.needsLongName = false;
    if (child.longName.size() > maxShortNameUnits)
        return false;
    if (const auto exact = fat::exactShortName(child.longName, page)) {
        child.shortName = *exact;
        return taken.insert(exact->bytes);
    }
    const auto upper = fat::exactShortName(foldCase(child.longName), page);
    if (!upper || !taken.insert(upper->bytes))
        return false;
    child.shortName = {.bytes = upper->bytes, .ntCaseBits = 0};
    child.needsLongName = true;
    return true;
}

void takeTailName(NamedChild& child, fat::ShortNameSet& taken, const CodePage& page)
{
    child.needsLongName = true;
    const auto made = taken.makeUnique(child.longName, page);
    child.hasShortName = made.has_value();
    if (made)
        child.shortName = {.bytes = *made, .ntCaseBits = 0};
}

void assignShortNames(std::vector<NamedChild>& children, const CodePage& page)
{
    fat::ShortNameSet taken;
    std::vector<std::uint32_t> pending;
    for (std::uint32_t i = 0; i < children.size(); ++i)
        if (!takeOwnShortName(children[i], taken, page))
            pending.push_back(i);
    for (const std::uint32_t i : pending)
        takeTailName(children[i], taken, page);
    for (NamedChild& child : children)
        if (child.needsLongName)
            child.slotCount = 1 + fat::longNameSlotCount(child.longName.size());
}

} // namespace

std::vector<NamedChild> nameChildren(const host::Snapshot& snapshot,
                                     std::span<const std::uint32_t> nodes, const CodePage& page)
{
    std::vector<NamedChild> children = legalNames(snapshot, nodes);
    makeUnique(snapshot, children);
    assignShortNames(children, page);
    return children;
}

} // namespace fatlas::folder_disk
