#include "core/host/dry_jail.hpp"

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/host/file_meta.hpp"
#include "core/host/jail_context.hpp"
#include "core/host/own_names.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <system_error>

namespace fatlas::host {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t nowhere = UINT64_MAX; ///< no device has this number

std::string joined(const std::string& folder, const std::string& name)
{
    return folder.empty() ? name : folder + "/" + name;
}

bool isBelow(std::string_view path, std::string_view folder)
{
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

/// What a path would be by now.
struct Pretended {
    enum class Kind : std::uint8_t {
        Gone,
        Made,  ///< new, or with new content
        Moved, ///< what the host has under `real`
    };
    Kind kind = Kind::Gone;
    FileIdentity identity = {};
    NodeKind node = NodeKind::File;
    std::string real = {};
};

class DryJail final : public Jail {
public:
    DryJail(fs::path folder, Descriptor root) : m_folder(std::move(folder)), m_root(std::move(root))
    {}

    [[nodiscard]] ChangeResult<> makeFolder(const std::string& path, const FileMeta& /*meta*/,
                                            const Request& /*request*/) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(checkFree(path));
        return pretend(path, NodeKind::Directory, 0);
    }

    [[nodiscard]] ChangeResult<> removeFolder(const Known& folder,
                                              const Request& /*request*/) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(check(folder));
        FATLAS_TRY(checkEmpty(folder.path));
        takeBelow(folder.path);
        m_changes[folder.path] = {};
        return Applied{};
    }

    [[nodiscard]] ChangeResult<> createFile(const std::string& path, const NewContent& content,
                                            const Request& request) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(checkFree(path));
        FATLAS_TRY(readAll(content.bytes, request.job));
        return pretend(path, NodeKind::File, content.bytes.size());
    }

    [[nodiscard]] ChangeResult<> replaceFile(const Known& file, const NewContent& content,
                                             const Request& request) override
    {
        return write(file, {{.offset = 0, .length = content.bytes.size()}}, content, request);
    }

    [[nodiscard]] ChangeResult<> writeInPlace(const Known& file,
                                              const std::vector<ByteRange>& ranges,
                                              const NewContent& content,
                                              const Request& request) override
    {
        return write(file, ranges, content, request);
    }

    [[nodiscard]] ChangeResult<> removeFile(const Known& file, const Request& /*request*/) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(check(file));
        m_changes[file.path] = {};
        return Applied{};
    }

    [[nodiscard]] ChangeResult<> rename(const Known& from, const std::string& to,
                                        const Request& /*request*/) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(check(from));
        FATLAS_TRY(checkFree(to));
        Pretended moved = pretendedAt(from);
        putBelow(to, takeBelow(from.path));
        m_changes[from.path] = {};
        m_changes[to] = std::move(moved);
        return Applied{.identity = from.identity, .other = {}};
    }

    [[nodiscard]] ChangeResult<> exchange(const Known& a, const Known& b,
                                          const Request& /*request*/) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(check(a));
        FATLAS_TRY(check(b));
        Pretended atA = pretendedAt(a);
        Pretended atB = pretendedAt(b);
        Below belowA = takeBelow(a.path);
        putBelow(a.path, takeBelow(b.path));
        putBelow(b.path, std::move(belowA));
        m_changes[a.path] = std::move(atB);
        m_changes[b.path] = std::move(atA);
        return Applied{.identity = b.identity, .other = a.identity};
    }

    [[nodiscard]] ChangeResult<> setMeta(const Known& file, const FileMeta& /*meta*/,
                                         const Request& /*request*/) override
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(check(file));
        return Applied{.identity = file.identity, .other = {}};
    }

    [[nodiscard]] Result<> note(const Bytes& /*note*/) override { return {}; }

    [[nodiscard]] ChangeResult<Known> look(const std::string& path) const override
    {
        const std::scoped_lock lock(m_mutex);
        return lookAt(path);
    }

    [[nodiscard]] Result<> flush() override { return {}; }

    [[nodiscard]] Result<JailEnd> end(Deleted /*deleted*/) override { return JailEnd{}; }

private:
    using Below = std::vector<std::pair<std::string, Pretended>>; ///< by the rest of the path

    /// Where the host has it; nothing when it has it nowhere.
    struct Place {
        const Pretended* pretended = nullptr; ///< of the path itself
        std::optional<std::string> real = std::nullopt;
    };

    [[nodiscard]] Place find(const std::string& path) const
    {
        Place place{.pretended = nullptr, .real = std::string()};
        for (std::size_t at = 0; at <= path.size();) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            const auto change = m_changes.find(path.substr(0, end));
            place.pretended = change == m_changes.end() ? nullptr : &change->second;
            if (place.pretended != nullptr && place.pretended->kind == Pretended::Kind::Moved)
                place.real = place.pretended->real;
            else if (place.pretended != nullptr)
                place.real.reset();
            else if (place.real)
                place.real = joined(*place.real, path.substr(at, end - at));
            at = end + 1;
        }
        return place;
    }

    [[nodiscard]] ChangeResult<Known> lookAt(const std::string& path) const
    {
        FATLAS_TRY(checkPath(path));
        const Place place = find(path);
        if (place.pretended != nullptr && place.pretended->kind != Pretended::Kind::Gone)
            return Known{
                .path = path, .identity = place.pretended->identity, .kind = place.pretended->node};
        if (place.pretended != nullptr || !place.real)
            return failChange(ConflictKind::Missing,
                              escapeForTerminal(path) + " is not there any more");
        FATLAS_ASSIGN(Known there, lookBeneath(m_root.get(), *place.real));
        there.path = path;
        return there;
    }

    [[nodiscard]] ChangeResult<> check(const Known& known) const
    {
        FATLAS_ASSIGN(const Known there, lookAt(known.path));
        const bool isFolder = there.kind == NodeKind::Directory;
        if (there.kind != known.kind)
            return failChange(
                ConflictKind::NotAFile,
                escapeForTerminal(known.path) +
                    (isFolder ? " is a folder, expected a file" : " is a file, expected a folder"));
        const bool isSame = isFolder ? there.identity.device == known.identity.device &&
                                           there.identity.inode == known.identity.inode
                                     : there.identity == known.identity;
        if (!isSame)
            return failChange(ConflictKind::Changed,
                              escapeForTerminal(known.path) +
                                  " is not as it was any more: it was changed on the host");
        return Applied{};
    }

    [[nodiscard]] ChangeResult<> checkFree(const std::string& path) const
    {
        const auto there = lookAt(path);
        if (there || there.error().conflict == ConflictKind::NotAFile)
            return failChange(ConflictKind::Exists, escapeForTerminal(path) + " is there already");
        if (there.error().conflict != ConflictKind::Missing)
            return std::unexpected(there.error());
        const std::size_t slash = path.rfind('/');
        if (slash == std::string::npos)
            return Applied{};
        FATLAS_ASSIGN(const Known folder, lookAt(path.substr(0, slash)));
        if (folder.kind != NodeKind::Directory)
            return failChange(ConflictKind::NotAFile,
                              escapeForTerminal(folder.path) + " is no folder");
        return Applied{};
    }

    [[nodiscard]] ChangeResult<> checkWritable(const std::string& path) const
    {
        const Place place = find(path);
        if (!place.real)
            return Applied{};
        FATLAS_ASSIGN(const Spot spot, openSpot(m_root.get(), *place.real));
        FATLAS_ASSIGN(const HostStat stat, host::lookAt(spot));
        if (!isWritable(spot.folder.get(), spot.name.c_str(), stat))
            return failChange(ConflictKind::NotWritable,
                              spot.shown() + " may not be written by this user");
        return Applied{};
    }

    [[nodiscard]] ChangeResult<> checkEmpty(const std::string& path) const
    {
        const auto isThere = [](const auto& change) {
            return change.second.kind != Pretended::Kind::Gone;
        };
        for (auto at = m_changes.upper_bound(path + "/");
             at != m_changes.end() && isBelow(at->first, path); ++at)
            if (isThere(*at))
                return failNotEmpty(path);
        const Place place = find(path);
        if (!place.real)
            return Applied{};
        std::error_code error;
        fs::directory_iterator entries(m_folder / *place.real, error);
        for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
            const std::string name = entries->path().filename().native();
            if (!isOwnName(name) && !m_changes.contains(joined(path, name)))
                return failNotEmpty(path);
        }
        if (error)
            return failChange(error.value(), "cannot list " + escapeForTerminal(path));
        return Applied{};
    }

    [[nodiscard]] static std::unexpected<ChangeError> failNotEmpty(const std::string& path)
    {
        return failChange(ConflictKind::NotEmpty, escapeForTerminal(path) + " is not empty");
    }

    [[nodiscard]] ChangeResult<> write(const Known& file, const std::vector<ByteRange>& ranges,
                                       const NewContent& content, const Request& request)
    {
        const std::scoped_lock lock(m_mutex);
        FATLAS_TRY(check(file));
        FATLAS_TRY(checkWritable(file.path));
        for (const ByteRange& range : ranges)
            FATLAS_TRY(readRange(content.bytes, range, request.job));
        return pretend(file.path, NodeKind::File, content.bytes.size());
    }

    [[nodiscard]] static Result<> readAll(const ContentSource& content, const JobControl& job)
    {
        return readRange(content, {.offset = 0, .length = content.size()}, job);
    }

    /// What cannot be read could not be brought home either.
    [[nodiscard]] static Result<> readRange(const ContentSource& content, const ByteRange& range,
                                            const JobControl& job)
    {
        Bytes piece(static_cast<std::size_t>(std::min<std::uint64_t>(range.length, MiB)));
        for (std::uint64_t at = range.offset; at < range.end();) {
            FATLAS_TRY(job.checkpoint());
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(range.end() - at, piece.size()));
            FATLAS_TRY(content.read(at, ByteSpan(piece).first(count)));
            at += count;
        }
        return {};
    }

    Applied pretend(const std::string& path, NodeKind node, std::uint64_t size)
    {
        const FileIdentity identity{.device = nowhere, .inode = ++m_last, .size = size};
        m_changes[path] = {.kind = Pretended::Kind::Made, .identity = identity, .node = node};
        return {.identity = identity, .other = {}};
    }

    [[nodiscard]] Pretended pretendedAt(const Known& known) const
    {
        const Place place = find(known.path);
        if (place.pretended != nullptr)
            return *place.pretended;
        return {.kind = Pretended::Kind::Moved,
                .identity = known.identity,
                .node = known.kind,
                .real = place.real.value_or(known.path)};
    }

    Below takeBelow(const std::string& folder)
    {
        Below below;
        auto at = m_changes.upper_bound(folder + "/");
        while (at != m_changes.end() && isBelow(at->first, folder)) {
            below.emplace_back(at->first.substr(folder.size()), std::move(at->second));
            at = m_changes.erase(at);
        }
        return below;
    }

    void putBelow(const std::string& folder, Below below)
    {
        for (auto& [rest, change] : below)
            m_changes[folder + rest] = std::move(change);
    }

    const fs::path m_folder;
    Descriptor m_root;
    mutable std::mutex m_mutex; ///< over what follows
    std::map<std::string, Pretended> m_changes;
    std::uint64_t m_last = 0;
};

} // namespace

Result<std::unique_ptr<Jail>> openDryJail(const fs::path& folder)
{
    Descriptor root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root)
        return failSystem(errno, "cannot open folder " + escapeForTerminal(folder.native()));
    return std::make_unique<DryJail>(folder, std::move(root));
}

} // namespace fatlas::host
