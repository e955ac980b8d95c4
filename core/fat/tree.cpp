#include "core/fat/tree.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <ranges>

namespace fatlas::fat {
namespace {

constexpr std::string_view separators = "/\\";

std::u16string keyOf(std::string_view name)
{
    const auto units = utf16FromUtf8(name);
    return foldCase(units ? *units : utf16FromUtf8Lossy(name));
}

/// The exact name before the same name in other case, a long name before a short one.
std::optional<std::uint32_t> findChild(const Tree& tree, const TreeNode& parent,
                                       std::string_view name)
{
    const auto children = std::span(tree.nodes).subspan(parent.firstChild, parent.childCount);
    const auto indexOf = [&](auto at) {
        return parent.firstChild + static_cast<std::uint32_t>(at - children.begin());
    };
    const auto exact = std::ranges::find(children, name, &TreeNode::name);
    if (exact != children.end())
        return indexOf(exact);
    const std::u16string key = keyOf(name);
    for (const auto field : {&TreeNode::name, &TreeNode::shortName}) {
        const auto found = std::ranges::find_if(
            children, [&](const TreeNode& child) { return keyOf(child.*field) == key; });
        if (found != children.end())
            return indexOf(found);
    }
    return std::nullopt;
}

} // namespace

std::string Tree::path(std::uint32_t node) const
{
    if (node == 0)
        return "/";
    std::vector<std::uint32_t> chain;
    for (std::uint32_t at = node; at != 0; at = nodes[at].parent)
        chain.push_back(at);
    std::string text;
    for (const std::uint32_t at : chain | std::views::reverse) {
        text += '/';
        text += nodes[at].name;
    }
    return text;
}

std::optional<std::uint32_t> Tree::find(std::string_view path) const
{
    std::uint32_t at = 0;
    while (true) {
        path.remove_prefix(std::min(path.find_first_not_of(separators), path.size()));
        if (path.empty())
            return nodes.empty() ? std::nullopt : std::optional(at);
        const std::string_view name = path.substr(0, path.find_first_of(separators));
        path.remove_prefix(name.size());
        if (name == ".")
            continue;
        const auto child = findChild(*this, nodes[at], name);
        if (!child)
            return std::nullopt;
        at = *child;
    }
}

} // namespace fatlas::fat
