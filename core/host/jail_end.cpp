#include "core/host/jail_end.hpp"

#include "core/host/changing_calls.hpp"
#include "core/host/folder_reader.hpp"
#include "core/host/trash.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <limits>

namespace fatlas::host {

namespace {

class KeepEnd {
public:
    KeepEnd(const JailContext& context, Jail::Deleted deleted)
        : m_context(context), m_deleted(deleted)
    {}

    Result<JailEnd> run()
    {
        if (m_deleted == Jail::Deleted::Trash) {
            FATLAS_ASSIGN(Trash trash, Trash::open(m_context.folder.path()));
            m_trash.emplace(std::move(trash));
        }
        for (const KeptItem& item : m_context.keep->items())
            FATLAS_TRY(end(item));
        FATLAS_TRY(removeRest());
        if (m_end.changed.empty())
            FATLAS_TRY(removeKeep());
        return std::move(m_end);
    }

private:
    Result<> end(const KeptItem& item)
    {
        const std::size_t slash = item.path.rfind('/');
        const bool isTop = slash == std::string::npos;
        const auto folder = openFolderBeneath(
            m_context.root(), isTop ? "" : std::string_view(item.path).substr(0, slash));
        const std::string name = isTop ? item.path : item.path.substr(slash + 1);
        const auto stat = folder ? statAt(folder->get(), name.c_str())
                                 : SystemResult<HostStat>(std::unexpected(folder.error()));
        if (!stat)
            return {}; // somebody took it, or moved its folder
        const std::filesystem::path path = m_context.folder.path() / item.path;
        if (!isSameContent(stat->identity, item.identity)) {
            m_end.changed.push_back(path);
            return {};
        }
        if (m_trash && item.wasDeleted) {
            FATLAS_TRY(m_trash->put(path, m_context.folder.path() / item.original));
            ++m_end.trashed;
            return {};
        }
        const int error = removeFileAt({.folder = folder->get(), .name = name.c_str()});
        if (error != 0 && error != ENOENT)
            return failSystem(error, "cannot remove " + path.native());
        ++m_end.dropped;
        return {};
    }

    /// Saved bytes; and files of others, which came there when their name was taken: those stay.
    Result<> removeRest()
    {
        const int keep = m_context.keep->descriptor();
        FolderReader reader;
        Descriptor listed(::openat(keep, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const auto read = reader.read(std::move(listed), std::numeric_limits<std::size_t>::max());
        if (!read)
            return failSystem(read.error(), "cannot list the kept files");
        for (const FolderReader::Name& entry : reader.names()) {
            const char* const name = reader.text(entry);
            const std::filesystem::path path =
                m_context.folder.path() / m_context.keep->pathOf(name);
            if (name[0] != 'b') {
                if (std::ranges::find(m_end.changed, path) == m_end.changed.end())
                    m_end.changed.push_back(path);
                continue;
            }
            if (const int error = removeFileAt({.folder = keep, .name = name}))
                return failSystem(error, "cannot remove " + path.native());
        }
        return {};
    }

    Result<> removeKeep() const
    {
        const NameAt name{.folder = m_context.root(), .name = m_context.keep->name().c_str()};
        const int error = removeFolderAt(name);
        if (error != 0 && error != ENOENT)
            return failSystem(error, "cannot remove the folder of kept files");
        return {};
    }

    const JailContext& m_context;
    Jail::Deleted m_deleted;
    std::optional<Trash> m_trash;
    JailEnd m_end;
};

} // namespace

Result<JailEnd> emptyKeep(const JailContext& context, Jail::Deleted deleted)
{
    return KeepEnd(context, deleted).run();
}

} // namespace fatlas::host
