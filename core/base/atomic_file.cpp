#include "core/base/atomic_file.hpp"

#include "core/base/call_hook.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fatlas {

namespace {

constexpr int maxAttempts = 100;

std::unexpected<Error> alreadyThere(const std::filesystem::path& target)
{
    return fail(ErrorCode::Refused, fmt::format("{} exists already", target.native()));
}

/// The path whose name will be replaced: links are followed to their end.
Result<std::filesystem::path> resolveLink(const std::filesystem::path& target)
{
    std::error_code error;
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(target, error)))
        return target;
    std::filesystem::path end = std::filesystem::canonical(target, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot follow the link {}", target.native()));
    return end;
}

Result<> checkTarget(const std::filesystem::path& target, AtomicFile::Existing existing)
{
    struct stat status = {};
    const bool exists = ::lstat(target.c_str(), &status) == 0;
    if (!exists && errno != ENOENT)
        return failSystem(errno, fmt::format("cannot write {}", target.native()));
    if (!target.has_filename() || (exists && S_ISDIR(status.st_mode)))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is a folder, expected the name of a file to write",
                                target.native()));
    if (exists && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode))
        return fail(ErrorCode::Refused,
                    fmt::format("{} is a pipe, socket or device and cannot be replaced by a file",
                                target.native()));
    if (exists && existing == AtomicFile::Existing::Keep)
        return alreadyThere(target);
    return {};
}

Result<File> openFolder(const std::filesystem::path& folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot write into the folder {}", folder.native()));
    return File::adopt(descriptor, folder);
}

std::string makeTemporaryName()
{
    std::random_device random;
    return fmt::format(".fatlas-{:08x}{:08x}.part", random(), random());
}

struct Temporary {
    File file;
    std::string name;
};

Result<Temporary> createTemporary(const File& folder, const std::filesystem::path& target)
{
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        std::string name = makeTemporaryName();
        constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
        const int descriptor = changingCall(
            Call::Create, [&] { return ::openat(folder.descriptor(), name.c_str(), flags, 0666); });
        if (descriptor >= 0)
            return Temporary{.file = File::adopt(descriptor, target), .name = std::move(name)};
        if (errno != EEXIST)
            break;
    }
    return failSystem(errno,
                      fmt::format("cannot create a file in the folder {}", folder.path().native()));
}

/// Renames without replacing where the file system has no RENAME_NOREPLACE (some network and FUSE
/// file systems): a hard link refuses a taken name just as atomically.
int linkAndUnlink(int folder, const char* from, const char* to)
{
    if (changingCall(Call::Link, [&] { return ::linkat(folder, from, folder, to, 0); }) != 0)
        return -1;
    return changingCall(Call::Remove, [&] { return ::unlinkat(folder, from, 0); });
}

} // namespace

AtomicFile::AtomicFile(File folder, File file, std::string temporaryName, std::string name,
                       Existing existing)
    : m_folder(std::move(folder)), m_file(std::move(file)),
      m_temporaryName(std::move(temporaryName)), m_name(std::move(name)), m_existing(existing)
{}

AtomicFile::~AtomicFile()
{
    if (m_folder.descriptor() >= 0 && !m_temporaryName.empty())
        static_cast<void>(changingCall(Call::Remove, [this] {
            return ::unlinkat(m_folder.descriptor(), m_temporaryName.c_str(), 0);
        }));
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target, Existing existing)
{
    FATLAS_TRY(checkTarget(target, existing));
    FATLAS_ASSIGN(const std::filesystem::path end, resolveLink(target));
    FATLAS_TRY(checkTarget(end, existing));
    const std::filesystem::path parent = end.parent_path();
    FATLAS_ASSIGN(File folder, openFolder(parent.empty() ? "." : parent));
    FATLAS_ASSIGN(Temporary temporary, createTemporary(folder, target));
    return AtomicFile(std::move(folder), std::move(temporary.file), std::move(temporary.name),
                      end.filename().native(), existing);
}

Result<> AtomicFile::rename()
{
    const int folder = m_folder.descriptor();
    const char* const from = m_temporaryName.c_str();
    const char* const to = m_name.c_str();
    const unsigned flags = m_existing == Existing::Keep ? RENAME_NOREPLACE : 0;
    int status =
        changingCall(Call::Rename, [&] { return ::renameat2(folder, from, folder, to, flags); });
    if (status != 0 && flags != 0 && (errno == EINVAL || errno == ENOSYS))
        status = linkAndUnlink(folder, from, to);
    if (status == 0)
        return {};
    if (errno == EEXIST)
        return alreadyThere(m_file.path());
    return failSystem(
        errno, fmt::format("cannot give the finished file the name {}", m_file.path().native()));
}

Result<> AtomicFile::commit()
{
    FATLAS_TRY(m_file.sync());
    FATLAS_TRY(m_file.close());
    FATLAS_TRY(rename());
    m_temporaryName.clear();
    // Some file systems have nothing to sync for a folder and say EINVAL.
    if (const auto synced = m_folder.sync(); !synced && synced.error().systemError != EINVAL)
        return std::unexpected(synced.error());
    return {};
}

} // namespace fatlas
