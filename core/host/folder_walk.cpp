#include "core/host/folder_walk.hpp"

#include "core/host/descriptor.hpp"
#include "core/host/folder_reader.hpp"
#include "core/host/own_names.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <limits>
#include <string>
#include <vector>

namespace fatlas::host {

namespace {

constexpr int folderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

class Walk {
public:
    explicit Walk(const std::function<int(int)>& visit) : m_visit(visit) {}

    SystemResult<WalkEnd> run(const char* root, const std::stop_token& stop)
    {
        if (const int error = enter(Descriptor(::open(root, folderFlags))))
            return std::unexpected(error);
        while (!m_levels.empty()) {
            if (stop.stop_requested())
                return WalkEnd::Stopped;
            if (m_levels.back().folders.empty()) {
                m_levels.pop_back();
                if (!m_levels.empty() && !goUp())
                    return WalkEnd::Moved;
                continue;
            }
            const std::string name = std::move(m_levels.back().folders.back());
            m_levels.back().folders.pop_back();
            Descriptor next(::openat(m_here.get(), name.c_str(), folderFlags | O_NOFOLLOW));
            if (const int error = next || isShortage(errno) ? enter(std::move(next)) : 0)
                return std::unexpected(error);
        }
        return WalkEnd::Complete;
    }

private:
    struct Level {
        FileIdentity identity;
        std::vector<std::string> folders; ///< still to be visited
    };

    /// Makes an opened folder the current one; gives an errno value or 0.
    int enter(Descriptor folder)
    {
        if (!folder)
            return errno;
        if (const int error = m_visit(folder.get()))
            return error;
        std::vector<std::string> folders = foldersIn(folder.get());
        // A folder that may not be searched shows names, but no way in and none back up.
        if (folders.empty() || ::faccessat(folder.get(), ".", X_OK, AT_EACCESS) != 0)
            return 0;
        const auto stat = statOf(folder.get());
        if (!stat)
            return stat.error();
        m_levels.push_back({.identity = stat->identity, .folders = std::move(folders)});
        m_here = std::move(folder);
        return 0;
    }

    std::vector<std::string> foldersIn(int folder)
    {
        std::vector<std::string> folders;
        Descriptor listed(::openat(folder, ".", folderFlags));
        // Names read before an error are good; what is missing cannot be watched.
        if (!listed)
            return folders;
        static_cast<void>(
            m_reader.read(std::move(listed), std::numeric_limits<std::size_t>::max()));
        for (const FolderReader::Name& name : m_reader.names()) {
            const bool isFolder = name.type == DT_DIR || name.type == DT_UNKNOWN;
            if (isFolder && !isKeepName(m_reader.text(name)))
                folders.emplace_back(m_reader.text(name), name.length);
        }
        return folders;
    }

    bool goUp()
    {
        Descriptor up(::openat(m_here.get(), "..", folderFlags));
        const auto stat = statOf(up.get());
        if (!up || !stat || !stat->isSameAs(m_levels.back().identity))
            return false;
        m_here = std::move(up);
        return true;
    }

    const std::function<int(int)>& m_visit;
    std::vector<Level> m_levels;
    Descriptor m_here;
    FolderReader m_reader;
};

} // namespace

SystemResult<WalkEnd> walkFolders(const char* root, const std::stop_token& stop,
                                  const std::function<int(int)>& visit)
{
    return Walk(visit).run(root, stop);
}

} // namespace fatlas::host
