#include "core/sync/first_known.hpp"

#include "core/base/text.hpp"
#include "core/fat/tree.hpp"
#include "core/sync/host_names.hpp"

#include <fmt/format.h>

namespace fatlas::sync {

namespace {

/// Plan and tree list the same things in the same order.
bool isSameEntry(const folder_disk::Entry& planned, const fat::TreeNode& read)
{
    return planned.isDirectory == read.isDirectory && planned.parent == read.parent &&
           planned.shortName.bytes == read.raw.name;
}

class FirstKnown {
public:
    FirstKnown(const folder_disk::Plan& plan, const fat::Tree& tree, const fat::Volume& volume)
        : m_plan(plan), m_tree(tree), m_volume(volume), m_ids(plan.entries.size(), none)
    {}

    Result<KnownTree> make()
    {
        if (m_tree.nodes.size() != m_plan.entries.size())
            return differs(fmt::format("it holds {} entries, planned were {}", m_tree.nodes.size(),
                                       m_plan.entries.size()));
        m_ids[0] = 0;
        KnownEntry root = entryOf(0);
        root.parent = 0;
        m_known.set(0, std::move(root));
        for (std::uint32_t i = 1; i < m_ids.size(); ++i) {
            if (!isSameEntry(m_plan.entries[i], m_tree.nodes[i]))
                return differs(escapeForTerminal(m_plan.path(i)) + " is not where it was planned");
            m_ids[i] = m_known.add(entryOf(i));
        }
        return std::move(m_known);
    }

private:
    static std::unexpected<Error> differs(const std::string& how)
    {
        return fail(ErrorCode::Io, "the disk is not the one that was planned: " + how);
    }

    [[nodiscard]] KnownEntry entryOf(std::uint32_t index) const
    {
        const folder_disk::Entry& planned = m_plan.entries[index];
        const host::Node& node = m_plan.snapshot->nodes[planned.node];
        const fat::TreeNode& read = m_tree.nodes[index];
        const auto runs = m_tree.runsOf(index);
        KnownEntry entry;
        entry.parent = m_ids[planned.parent];
        entry.guestName = read.name;
        entry.hostName = node.name;
        entry.isDirectory = read.isDirectory;
        entry.raw = read.raw;
        entry.firstCluster =
            index == 0 ? m_volume.geometry().rootCluster : m_volume.firstCluster(read.raw);
        entry.runs.assign(runs.begin(), runs.end());
        entry.identity = node.identity;
        if (!read.isDirectory)
            entry.sizeAtStart = read.size();
        if (planned.isDirectory)
            entry.homeNames = homeNamesOf(planned);
        return entry;
    }

    [[nodiscard]] std::vector<HomeName> homeNamesOf(const folder_disk::Entry& folder) const
    {
        std::vector<HomeName> names;
        for (std::uint32_t i = folder.firstChild; i < folder.firstChild + folder.childCount; ++i) {
            const std::string& guest = m_tree.nodes[i].name;
            const std::string& host = m_plan.snapshot->nodes[m_plan.entries[i].node].name;
            if (hostNameFor(guest) != host)
                names.push_back({.guest = guest, .host = host});
        }
        return names;
    }

    const folder_disk::Plan& m_plan;
    const fat::Tree& m_tree;
    const fat::Volume& m_volume;
    std::vector<KnownId> m_ids;
    KnownTree m_known;
};

} // namespace

Result<KnownTree> firstKnown(const folder_disk::Plan& plan, const fat::Volume& volume,
                             const JobControl& job)
{
    FATLAS_ASSIGN(const auto tree, fat::readTree(volume, job));
    return FirstKnown(plan, *tree, volume).make();
}

} // namespace fatlas::sync
