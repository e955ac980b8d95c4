#include "core/host/trash.hpp"

#include "core/base/text.hpp"
#include "core/host/changing_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fatlas::host {

namespace {

namespace fs = std::filesystem;

constexpr int maxAttempts = 10'000;

std::optional<dev_t> deviceOf(const fs::path& path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return status.st_dev;
}

fs::path homeTrash()
{
    if (const char* const data = std::getenv("XDG_DATA_HOME"); data != nullptr && data[0] == '/')
        return fs::path(data) / "Trash";
    const char* const home = std::getenv("HOME");
    return home != nullptr && home[0] == '/' ? fs::path(home) / ".local/share/Trash" : fs::path();
}

/// The nearest folder above that is there already.
fs::path existing(fs::path path)
{
    std::error_code error;
    while (!fs::exists(path, error) && path.has_relative_path())
        path = path.parent_path();
    return path;
}

fs::path topOf(fs::path folder, dev_t device)
{
    while (folder.has_relative_path() && deviceOf(folder.parent_path()) == device)
        folder = folder.parent_path();
    return folder;
}

/// ".Trash" counts only when it is a real folder with the sticky bit.
bool isSharedTrash(const fs::path& path)
{
    struct stat status = {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
           (status.st_mode & S_ISVTX) != 0;
}

Result<> makeOwnFolder(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_directory(path.parent_path(), error))
        fs::create_directories(path.parent_path(), error);
    struct stat status = {};
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return failSystem(errno, "cannot make the trash folder " + path.native());
    if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
        status.st_uid != ::geteuid())
        return fail(ErrorCode::AccessDenied,
                    path.native() + " is not a folder of this user, expected the trash");
    return {};
}

/// As in a URL; '/' stays.
std::string percentEncoded(const std::string& path)
{
    std::string text;
    for (const char c : path) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') ||
                             std::string_view("/-_.~").find(c) != std::string_view::npos;
        if (isPlain)
            text += c;
        else
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

std::string localTime()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts = {};
    ::localtime_r(&now, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    return {text.data(), size};
}

/// A name for both the file and its entry; with a number behind it when it is taken.
std::string candidate(const std::string& name, int attempt)
{
    if (attempt == 0)
        return name;
    constexpr std::size_t room = 200; // of 255 bytes, with the number and ".trashinfo"
    return fmt::format("{}.{}", name.substr(0, room), attempt + 1);
}

Result<> writeAll(int descriptor, const std::string& text)
{
    File file = File::adopt(descriptor, "the trash's entry of a file");
    FATLAS_TRY(file.writeAt(0, std::as_bytes(std::span(text))));
    FATLAS_TRY(file.sync());
    return file.close();
}

} // namespace

Result<Trash> Trash::open(const fs::path& folder)
{
    const auto device = deviceOf(folder);
    if (!device)
        return failSystem(errno, "cannot look at " + folder.native());
    fs::path path = homeTrash();
    fs::path top;
    if (path.empty() || deviceOf(existing(path)) != device) {
        top = topOf(folder, *device);
        const std::string user = std::to_string(::geteuid());
        path = isSharedTrash(top / ".Trash") ? top / ".Trash" / user : top / (".Trash-" + user);
    }
    for (const fs::path& part : {path, path / "files", path / "info"})
        FATLAS_TRY(makeOwnFolder(part));
    return Trash(std::move(path), std::move(top));
}

Result<> Trash::put(const fs::path& file, const fs::path& original) const
{
    const fs::path shown = m_top.empty() ? original : original.lexically_relative(m_top);
    const std::string info = fmt::format("[Trash Info]\nPath={}\nDeletionDate={}\n",
                                         percentEncoded(shown.native()), localTime());
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        const std::string name = candidate(original.filename().native(), attempt);
        const fs::path entry = m_path / "info" / (name + ".trashinfo");
        const auto made = createFileAt({.folder = AT_FDCWD, .name = entry.c_str()}, 0600);
        if (!made && made.error() == EEXIST)
            continue;
        if (!made)
            return failSystem(made.error(), "cannot write " + escapeForTerminal(entry.native()));
        int error = 0;
        auto written = writeAll(*made, info);
        const fs::path target = m_path / "files" / name;
        if (written)
            error = renameTo({.folder = AT_FDCWD, .name = file.c_str()},
                             {.folder = AT_FDCWD, .name = target.c_str()});
        if (written && error == 0)
            return {};
        static_cast<void>(removeFileAt({.folder = AT_FDCWD, .name = entry.c_str()}));
        if (!written)
            return written;
        if (error != EEXIST)
            return failSystem(error, "cannot put " + escapeForTerminal(original.native()) +
                                         " into the trash");
    }
    return fail(ErrorCode::Limit, "the trash holds too many files of the same name");
}

} // namespace fatlas::host
