#include "core/host/scan.hpp"

#include "core/base/text.hpp"
#include "core/host/folder_reader.hpp"
#include "core/host/link_resolver.hpp"
#include "core/host/node_of.hpp"
#include "core/host/open_node.hpp"
#include "core/host/own_names.hpp"
#include "core/host/root_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace fatlas::host {

namespace {

constexpr std::size_t namesPerCheckpoint = 1024;

bool isGone(int error) noexcept
{
    return error == ENOENT || error == ENOTDIR || error == ESTALE;
}

class Scanner {
public:
    Scanner(const JobControl& job, const ScanLimits& limits) : m_job(job), m_limits(limits) {}

    Result<std::shared_ptr<const Snapshot>> run(const std::filesystem::path& folder)
    {
        FATLAS_TRY(openRoot(folder));
        std::size_t levelEnd = 1;
        for (std::uint32_t node = 0; node < m_nodes.size(); ++node) {
            if (node == levelEnd) {
                ++m_depth;
                levelEnd = m_nodes.size();
            }
            if (m_nodes[node].kind != NodeKind::Directory || !m_nodes[node].readable)
                continue;
            FATLAS_TRY(m_job.checkpoint());
            FATLAS_TRY(scanFolder(node));
            m_job.report(m_nodes.size(), 0);
        }
        return m_snapshot;
    }

private:
    std::string shownPath(std::uint32_t node) const
    {
        return escapeForTerminal((m_snapshot->root / m_snapshot->relativePath(node)).native());
    }

    Result<> openRoot(const std::filesystem::path& folder)
    {
        FATLAS_ASSIGN(m_snapshot->root, rootPath(folder));
        const std::string shown = escapeForTerminal(m_snapshot->root.native());
        m_root = Descriptor(::open(m_snapshot->root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const int error = errno;
        std::error_code ignored;
        if (!m_root && error == ENOTDIR && std::filesystem::exists(m_snapshot->root, ignored))
            return fail(ErrorCode::InvalidArgument, shown + " is a file, expected a folder");
        if (!m_root)
            return failSystem(error, "cannot open folder " + shown);
        const auto stat = statOf(m_root.get());
        if (!stat)
            return failSystem(stat.error(), "cannot look at folder " + shown);
        m_links = LinkResolver(stat->identity);
        m_nodes.push_back(nodeOf({}, 0, *stat));
        m_isLinked.push_back(false);
        return {};
    }

    Result<> scanFolder(std::uint32_t node)
    {
        m_nodes[node].firstChild = static_cast<std::uint32_t>(m_nodes.size());
        auto opened = openNode(m_root.get(), *m_snapshot, node, O_RDONLY | O_DIRECTORY);
        if (!opened)
            return leaveUnread(node, opened.error());
        const auto stat = statOf(opened->get());
        if (!stat || !stat->isSameAs(m_nodes[node].identity))
            return leaveUnread(node, stat ? ENOENT : stat.error());
        const auto end = m_reader.read(std::move(*opened), roomLeft(m_isLinked[node]));
        if (!end)
            return leaveUnread(node, end.error());
        if (*end == FolderReader::End::LimitReached)
            return failTooMany(m_isLinked[node]);
        if (m_depth >= m_limits.maxDepth && !m_reader.names().empty())
            return fail(ErrorCode::Limit,
                        fmt::format("{} is nested more than {} folders deep, the limit of a scan",
                                    shownPath(node), m_limits.maxDepth));
        return addChildren(node);
    }

    /// Shortages of this process end the scan; all else is the folder's own trouble, and shown.
    Result<> leaveUnread(std::uint32_t node, int error)
    {
        if (isShortage(error))
            return failSystem(error, "cannot open folder " + shownPath(node));
        if (node == 0)
            return failSystem(error, "cannot read folder " + shownPath(node));
        m_nodes[node].readable = false;
        return {};
    }

    std::size_t roomLeft(bool isLinked) const
    {
        const std::size_t used = m_nodes.size() + m_snapshot->leftOut.size();
        const std::size_t room = m_limits.maxNodes - std::min<std::size_t>(used, m_limits.maxNodes);
        if (!isLinked)
            return room;
        return std::min(room, m_limits.maxLinkedNodes -
                                  std::min<std::size_t>(m_linkedCount, m_limits.maxLinkedNodes));
    }

    std::unexpected<Error> failTooMany(bool isLinked) const
    {
        const std::string root = shownPath(0);
        if (isLinked && roomLeft(false) > roomLeft(true))
            return fail(ErrorCode::Limit,
                        fmt::format("links inside {} repeat more than {} files and folders, "
                                    "the limit of a scan",
                                    root, formatCount(m_limits.maxLinkedNodes)));
        return fail(ErrorCode::Limit,
                    fmt::format("{} holds more than {} files and folders, the limit of a scan",
                                root, formatCount(m_limits.maxNodes)));
    }

    Result<> addChildren(std::uint32_t parent)
    {
        std::size_t seen = 0;
        for (const FolderReader::Name& name : m_reader.names()) {
            if (++seen % namesPerCheckpoint == 0)
                FATLAS_TRY(m_job.checkpoint());
            FATLAS_TRY(addChild(parent, name));
        }
        Node& folder = m_nodes[parent];
        folder.childCount = static_cast<std::uint32_t>(m_nodes.size()) - folder.firstChild;
        if (m_isLinked[parent])
            m_linkedCount += m_reader.names().size();
        return {};
    }

    Result<> addChild(std::uint32_t parent, const FolderReader::Name& entry)
    {
        const char* const name = m_reader.text(entry);
        if (isOwnName(name))
            return {};
        const auto stat = statAt(m_reader.descriptor(), name);
        if (!stat)
            return addUnseen(parent, entry, stat.error());
        if (stat->kind == HostKind::Link)
            return addLink(parent, name, *stat);
        addSeen(parent, name, *stat, m_isLinked[parent]);
        return {};
    }

    /// A name that the folder shows but that may not be looked at: kept as far as it is known.
    Result<> addUnseen(std::uint32_t parent, const FolderReader::Name& entry, int error)
    {
        const char* const name = m_reader.text(entry);
        if (isShortage(error))
            return failSystem(error, "cannot look at " + shownPath(parent) + "/" +
                                         escapeForTerminal(name));
        if (isGone(error))
            leaveOut(parent, name, LeftOutReason::Vanished);
        else
            addHidden(parent, name, kindOfEntry(entry.type));
        return {};
    }

    Result<> addLink(std::uint32_t parent, const char* name, const HostStat& link)
    {
        const int folder = m_reader.descriptor();
        const auto target = m_links.resolve(folder, m_nodes[parent].identity, name, link);
        if (!target)
            return failSystem(target.error(), "cannot follow link " + shownPath(parent) + "/" +
                                                  escapeForTerminal(name));
        if (const auto* reason = std::get_if<LeftOutReason>(&*target)) {
            leaveOut(parent, name, *reason);
        } else if (const auto* stat = std::get_if<HostStat>(&*target)) {
            if (stat->kind == HostKind::Directory && isAtOrAbove(parent, *stat))
                leaveOut(parent, name, LeftOutReason::LinkLoop);
            else
                addSeen(parent, name, *stat, true);
        } else {
            addHidden(parent, name, HostKind::File);
        }
        return {};
    }

    bool isAtOrAbove(std::uint32_t node, const HostStat& folder) const
    {
        for (; !folder.isSameAs(m_nodes[node].identity); node = m_nodes[node].parent) {
            if (node == 0)
                return false;
        }
        return true;
    }

    void addSeen(std::uint32_t parent, const char* name, const HostStat& stat, bool isLinked)
    {
        if (const auto reason = reasonToLeaveOut(stat.kind))
            return leaveOut(parent, name, *reason);
        Node node = nodeOf(name, parent, stat);
        if (stat.kind == HostKind::File) // whether a folder can be listed shows when it is opened
            node.readable = isReadable(m_reader.descriptor(), name, stat, m_user);
        m_nodes.push_back(std::move(node));
        m_isLinked.push_back(isLinked);
    }

    void addHidden(std::uint32_t parent, const char* name, HostKind kind)
    {
        if (const auto reason = reasonToLeaveOut(kind))
            return leaveOut(parent, name, *reason);
        Node node = nodeOf(name, parent, {.kind = kind});
        node.readable = false;
        m_nodes.push_back(std::move(node));
        m_isLinked.push_back(m_isLinked[parent]);
    }

    void leaveOut(std::uint32_t parent, const char* name, LeftOutReason reason)
    {
        std::string path = m_snapshot->relativePath(parent);
        if (!path.empty())
            path += '/';
        m_snapshot->leftOut.push_back({.path = path + name, .reason = reason});
    }

    const JobControl& m_job;
    ScanLimits m_limits;
    uid_t m_user = ::geteuid();
    std::shared_ptr<Snapshot> m_snapshot = std::make_shared<Snapshot>();
    std::vector<Node>& m_nodes = m_snapshot->nodes;
    std::vector<bool> m_isLinked; ///< by node: inside a folder reached through a link, or one
    std::size_t m_linkedCount = 0;
    std::uint32_t m_depth = 0; ///< of the folder being read
    Descriptor m_root;
    FolderReader m_reader;
    LinkResolver m_links{FileIdentity{}};
};

} // namespace

Result<std::shared_ptr<const Snapshot>> scan(const std::filesystem::path& folder,
                                             const JobControl& job, const ScanLimits& limits)
{
    return Scanner(job, limits).run(folder);
}

} // namespace fatlas::host
