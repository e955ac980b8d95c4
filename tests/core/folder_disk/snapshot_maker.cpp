#include "tests/core/folder_disk/snapshot_maker.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>

namespace fatlas::test {
namespace {

struct Branch {
    std::map<std::string, Branch> children;
    const FakeNode* source = nullptr;
    bool isFolder = false;
};

[[noreturn]] void die(const std::string& message)
{
    fmt::print(stderr, "{}\n", message);
    std::abort();
}

void plant(Branch& root, const FakeNode& node)
{
    Branch* at = &root;
    std::size_t start = 0;
    while (start < node.path.size()) {
        at->isFolder = true;
        const std::size_t slash = std::min(node.path.find('/', start), node.path.size());
        at = &at->children[node.path.substr(start, slash - start)];
        start = slash + 1;
    }
    at->source = &node;
    at->isFolder = at->isFolder || node.path.ends_with('/');
}

host::Node nodeOf(const std::string& name, const Branch& branch, std::uint64_t number)
{
    host::Node node;
    node.name = name;
    node.kind = branch.isFolder ? host::NodeKind::Directory : host::NodeKind::File;
    node.modifiedNs = node.accessedNs = fakeTimeNs;
    node.identity = {
        .device = 1, .inode = number, .size = 0, .modifiedNs = fakeTimeNs, .changedNs = fakeTimeNs};
    if (branch.source != nullptr) {
        node.size = branch.isFolder ? 0 : branch.source->size;
        node.readable = branch.source->readable;
        node.writable = branch.source->writable;
    }
    return node;
}

} // namespace

std::shared_ptr<host::Snapshot> makeSnapshot(const std::vector<FakeNode>& nodes)
{
    Branch root{.children = {}, .source = nullptr, .isFolder = true};
    for (const FakeNode& node : nodes)
        plant(root, node);
    auto snapshot = std::make_shared<host::Snapshot>();
    snapshot->root = "/a/folder";
    snapshot->nodes.push_back(nodeOf("", root, 1));
    std::vector<const Branch*> branches{&root};
    for (std::uint32_t i = 0; i < branches.size(); ++i) {
        snapshot->nodes[i].firstChild = static_cast<std::uint32_t>(branches.size());
        for (const auto& [name, child] : branches[i]->children) {
            snapshot->nodes.push_back(nodeOf(name, child, branches.size() + 1));
            snapshot->nodes.back().parent = i;
            branches.push_back(&child);
            ++snapshot->nodes[i].childCount;
        }
    }
    return snapshot;
}

std::vector<FakeNode> manyFiles(const std::string& folder, std::uint32_t count, std::uint64_t size,
                                const std::function<std::string(std::uint32_t)>& nameOf)
{
    std::vector<FakeNode> nodes;
    for (std::uint32_t i = 0; i < count; ++i)
        nodes.push_back(
            {.path = folder.empty() ? nameOf(i) : folder + "/" + nameOf(i), .size = size});
    return nodes;
}

std::shared_ptr<const folder_disk::Plan> planOrDie(const std::vector<FakeNode>& nodes,
                                                   const folder_disk::Options& options)
{
    auto plan = folder_disk::planDisk(makeSnapshot(nodes), options);
    if (!plan)
        die("no plan: " + plan.error().message);
    return *plan;
}

const folder_disk::Entry& entryAt(const folder_disk::Plan& plan, const std::string& path)
{
    for (std::uint32_t i = 0; i < plan.entries.size(); ++i)
        if (plan.path(i) == path)
            return plan.entries[i];
    die("not on the disk: " + path);
}

} // namespace fatlas::test
