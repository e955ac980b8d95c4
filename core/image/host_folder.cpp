#include "core/image/host_folder.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fatlas::image {

namespace {

constexpr int maxTemporaryNames = 1000;

std::string shown(const std::filesystem::path& path)
{
    return escapeForTerminal(path.native());
}

std::unexpected<Error> nameIsTaken(const std::filesystem::path& path)
{
    return fail(ErrorCode::Refused, fmt::format("{} exists already", shown(path)));
}

timespec omitted()
{
    return timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT};
}

Result<> setTimes(int descriptor, std::int64_t modified, const std::filesystem::path& path)
{
    const std::array<timespec, 2> times{omitted(), timespec{.tv_sec = modified, .tv_nsec = 0}};
    if (::futimens(descriptor, times.data()) != 0)
        return failSystem(errno, fmt::format("cannot set the time of {}", shown(path)));
    return {};
}

/// Renames without replacing, also where the file system cannot do that in one step.
int renameNew(int folder, const char* from, const char* to)
{
    if (::renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (::linkat(folder, from, folder, to, 0) != 0)
        return errno;
    return ::unlinkat(folder, from, 0) == 0 ? 0 : errno;
}

} // namespace

Result<HostFolder> HostFolder::open(const std::filesystem::path& path)
{
    std::error_code made;
    std::filesystem::create_directories(path, made);
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return failSystem(made && errno == ENOENT ? made.value() : errno,
                          fmt::format("cannot open the folder {}", shown(path)));
    return HostFolder(File::adopt(descriptor, path));
}

Result<HostFolder> HostFolder::enter(const std::string& name) const
{
    const std::filesystem::path inside = path() / name;
    if (::mkdirat(m_folder.descriptor(), name.c_str(), 0777) != 0 && errno != EEXIST)
        return failSystem(errno, fmt::format("cannot make the folder {}", shown(inside)));
    const int descriptor = ::openat(m_folder.descriptor(), name.c_str(),
                                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0 && (errno == ENOTDIR || errno == ELOOP))
        return fail(ErrorCode::Refused,
                    fmt::format("{} exists already and is not a folder", shown(inside)));
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot open the folder {}", shown(inside)));
    return HostFolder(File::adopt(descriptor, inside));
}

Result<NewFile> HostFolder::createFile(const std::string& name, Existing existing) const
{
    const std::filesystem::path target = path() / name;
    struct stat status{};
    if (::fstatat(m_folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        (existing == Existing::Keep || !S_ISREG(status.st_mode)))
        return nameIsTaken(target);

    for (int attempt = 0; attempt < maxTemporaryNames; ++attempt) {
        std::string temporary = fmt::format(".fatlas-extract-{}-{}", ::getpid(), attempt);
        const int descriptor = ::openat(m_folder.descriptor(), temporary.c_str(),
                                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (descriptor >= 0)
            return NewFile(m_folder.descriptor(), File::adopt(descriptor, target),
                           std::move(temporary), name, existing);
        if (errno != EEXIST)
            return failSystem(errno, fmt::format("cannot create {}", shown(target)));
    }
    return nameIsTaken(target);
}

Result<> HostFolder::setModified(std::int64_t modified) const
{
    return setTimes(m_folder.descriptor(), modified, path());
}

NewFile::NewFile(int folder, File file, std::string temporaryName, std::string name,
                 Existing existing)
    : m_folder(folder), m_file(std::move(file)), m_temporaryName(std::move(temporaryName)),
      m_name(std::move(name)), m_existing(existing)
{}

NewFile::NewFile(NewFile&& other) noexcept
    : m_folder(other.m_folder), m_file(std::move(other.m_file)),
      m_temporaryName(std::exchange(other.m_temporaryName, {})), m_name(std::move(other.m_name)),
      m_existing(other.m_existing)
{}

NewFile::~NewFile()
{
    if (!m_temporaryName.empty())
        ::unlinkat(m_folder, m_temporaryName.c_str(), 0);
}

Result<> NewFile::writeAt(std::uint64_t offset, ByteView bytes)
{
    return m_file.writeAt(offset, bytes);
}

Result<> NewFile::finish(const FileProperties& properties)
{
    FATLAS_TRY(m_file.resize(properties.size));
    if (properties.modified)
        FATLAS_TRY(setTimes(m_file.descriptor(), *properties.modified, m_file.path()));
    struct stat status{};
    if (properties.readOnly && (::fstat(m_file.descriptor(), &status) != 0 ||
                                ::fchmod(m_file.descriptor(), status.st_mode & 0555) != 0))
        return failSystem(errno, fmt::format("cannot make {} read-only", shown(m_file.path())));
    FATLAS_TRY(m_file.close());
    return rename();
}

Result<> NewFile::rename()
{
    const int error =
        m_existing == Existing::Keep ? renameNew(m_folder, m_temporaryName.c_str(), m_name.c_str())
        : ::renameat(m_folder, m_temporaryName.c_str(), m_folder, m_name.c_str()) == 0 ? 0
                                                                                       : errno;
    if (error == EEXIST || error == EISDIR)
        return nameIsTaken(m_file.path());
    if (error != 0)
        return failSystem(error, fmt::format("cannot create {}", shown(m_file.path())));
    m_temporaryName.clear();
    return {};
}

} // namespace fatlas::image
