#include "core/host/link_resolver.hpp"

#include "core/host/descriptor.hpp"

#include <climits>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::host {

namespace {

constexpr int maxHops = 40;
constexpr int maxHostDepth = 1 << 16;
constexpr int folderFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;

SystemResult<Descriptor> openFolderAt(int folder, const char* name)
{
    Descriptor opened(::openat(folder, name, folderFlags | O_NOFOLLOW));
    if (!opened)
        return std::unexpected(errno);
    return opened;
}

SystemResult<std::string> readLink(int folder, const char* name)
{
    std::array<char, PATH_MAX> text{};
    const ssize_t length = ::readlinkat(folder, name, text.data(), text.size());
    if (length < 0)
        return std::unexpected(errno);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

/// One link on its way to its target.
class Walk {
public:
    explicit Walk(const FileIdentity& rootIdentity) : m_rootIdentity(rootIdentity) {}

    SystemResult<LinkTarget> run(int folder, const char* name)
    {
        auto start = openFolderAt(folder, ".");
        if (!start)
            return judge(start.error());
        m_here = std::move(*start);
        if (const int error = follow(name))
            return judge(error);
        while (!m_todo.empty()) {
            const std::string component = std::move(m_todo.back());
            m_todo.pop_back();
            if (auto end = step(component))
                return std::move(*end);
        }
        return finishAtFolder();
    }

private:
    using End = std::optional<SystemResult<LinkTarget>>;

    /// Nothing while the way goes on.
    End step(const std::string& component)
    {
        if (component == ".")
            return std::nullopt;
        if (component == "..")
            return enter("..");
        const auto stat = statAt(m_here.get(), component.c_str());
        if (!stat)
            return judge(stat.error());
        if (stat->kind == HostKind::Directory)
            return enter(component.c_str());
        if (stat->kind != HostKind::Link)
            return m_todo.empty() ? finishAtFile(*stat) : LinkTarget(LeftOutReason::DanglingLink);
        if (++m_hops >= maxHops)
            return LinkTarget(LeftOutReason::LinkLoop);
        if (const int error = follow(component.c_str()))
            return judge(error);
        return std::nullopt;
    }

    End enter(const char* name)
    {
        auto opened = openFolderAt(m_here.get(), name);
        if (!opened)
            return judge(opened.error());
        m_before = std::exchange(m_here, std::move(*opened));
        return std::nullopt;
    }

    /// Puts what a link says in front of what is still to do; gives an errno value or 0.
    int follow(const char* name)
    {
        const auto text = readLink(m_here.get(), name);
        if (!text)
            return text.error();
        if (text->starts_with('/')) {
            auto top = openFolderAt(AT_FDCWD, "/");
            if (!top)
                return top.error();
            m_here = std::move(*top);
            m_before = Descriptor();
        }
        push(*text);
        return 0;
    }

    void push(std::string_view text)
    {
        if (text.ends_with('/'))
            m_todo.emplace_back("."); // only a folder may have a slash behind it
        while (!text.empty()) {
            const std::size_t slash = text.rfind('/');
            const std::string_view last = slash == text.npos ? text : text.substr(slash + 1);
            if (!last.empty())
                m_todo.emplace_back(last);
            text = slash == text.npos ? std::string_view() : text.substr(0, slash);
        }
    }

    SystemResult<LinkTarget> finishAtFile(const HostStat& stat)
    {
        const auto inside = isInside(m_here.get());
        if (!inside)
            return judge(inside.error());
        return *inside ? LinkTarget(stat) : LinkTarget(LeftOutReason::LinkLeavesFolder);
    }

    SystemResult<LinkTarget> finishAtFolder()
    {
        const auto stat = statOf(m_here.get());
        return stat ? finishAtFile(*stat) : judge(stat.error());
    }

    /// What it means that the way ends with an error at `m_here`.
    SystemResult<LinkTarget> judge(int error) const
    {
        if (isShortage(error))
            return std::unexpected(error);
        if (error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG)
            return LinkTarget(LeftOutReason::DanglingLink);
        // A folder that may not be searched does not show its parent either: ask the one before.
        const bool inside = isInside(m_here.get()).value_or(false) ||
                            (m_before && isInside(m_before.get()).value_or(false));
        if (inside)
            return LinkTarget(HiddenTarget{});
        return LinkTarget(LeftOutReason::LinkLeavesFolder);
    }

    /// Whether a folder is the root or below it, by walking up.
    SystemResult<bool> isInside(int folder) const
    {
        Descriptor here;
        auto stat = statOf(folder);
        for (int depth = 0; depth < maxHostDepth; ++depth) {
            if (!stat)
                return std::unexpected(stat.error());
            if (stat->isSameAs(m_rootIdentity))
                return true;
            auto up = openFolderAt(here ? here.get() : folder, "..");
            if (!up)
                return std::unexpected(up.error());
            const FileIdentity below = stat->identity;
            stat = statOf(up->get());
            if (stat && stat->isSameAs(below))
                return false; // "/" is its own parent
            here = std::move(*up);
        }
        return false;
    }

    FileIdentity m_rootIdentity;
    Descriptor m_here;
    Descriptor m_before;             ///< the folder that m_here was entered from
    std::vector<std::string> m_todo; ///< components, the next one last
    int m_hops = 0;
};

} // namespace

SystemResult<LinkTarget> LinkResolver::resolve(int folder, const FileIdentity& folderIdentity,
                                               const char* name, const HostStat& link)
{
    const Key key{.folderDevice = folderIdentity.device,
                  .folderInode = folderIdentity.inode,
                  .linkInode = link.identity.inode};
    if (const auto known = m_known.find(key); known != m_known.end())
        return known->second;
    auto target = Walk(m_rootIdentity).run(folder, name);
    if (target)
        m_known.emplace(key, *target);
    return target;
}

std::size_t LinkResolver::Hash::operator()(const Key& key) const noexcept
{
    constexpr std::size_t odd = 0x9E3779B97F4A7C15;
    return ((key.folderDevice * odd + key.folderInode) * odd + key.linkInode) * odd;
}

} // namespace fatlas::host
