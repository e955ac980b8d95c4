#include "tests/support/temp_folder.hpp"

#include "core/base/file.hpp"
#include "core/base/units.hpp"

#include "tests/support/pseudo_random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <limits>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace fatlas::test {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void giveUp(const std::string& what, const std::string& why)
{
    fmt::print(stderr, "test support: {}: {}\n", what, why);
    std::abort();
}

void require(bool condition, const fs::path& path)
{
    if (!condition)
        giveUp(path.native(), std::strerror(errno));
}

template <class T>
void require(const Result<T>& result, const fs::path& path)
{
    if (!result)
        giveUp(path.native(), result.error().message);
}

fs::path makeUnique(const fs::path& parent)
{
    std::string name = (parent / "fatlas-test-XXXXXX").native();
    require(::mkdtemp(name.data()) != nullptr, parent);
    return name;
}

File createFile(const fs::path& path)
{
    fs::create_directories(path.parent_path());
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    require(descriptor >= 0, path);
    return File::adopt(descriptor, path);
}

timespec timeOf(std::int64_t nanoseconds)
{
    constexpr std::int64_t second = 1'000'000'000;
    std::int64_t rest = nanoseconds % second;
    if (rest < 0)
        rest += second;
    return {.tv_sec = (nanoseconds - rest) / second, .tv_nsec = rest};
}

} // namespace

TempFolder::TempFolder() : TempFolder(fs::temp_directory_path()) {}

TempFolder::TempFolder(const fs::path& parent) : m_path(makeUnique(parent)) {}

TempFolder::~TempFolder()
{
    std::error_code ignored;
    const auto options = fs::directory_options::skip_permission_denied;
    for (auto entry = fs::recursive_directory_iterator(m_path, options, ignored);
         !ignored && entry != fs::recursive_directory_iterator(); entry.increment(ignored))
        if (entry->symlink_status(ignored).type() == fs::file_type::directory)
            fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    fs::remove_all(m_path, ignored);
}

fs::path TempFolder::operator/(std::string_view relative) const
{
    return m_path / relative;
}

fs::path TempFolder::writeFile(std::string_view relative, ByteView bytes) const
{
    const fs::path path = m_path / relative;
    require(createFile(path).writeAt(0, bytes), path);
    return path;
}

fs::path TempFolder::writeText(std::string_view relative, std::string_view text) const
{
    return writeFile(relative, std::as_bytes(std::span(text)));
}

fs::path TempFolder::writePattern(std::string_view relative, std::uint64_t size,
                                  std::uint64_t seed) const
{
    const fs::path path = m_path / relative;
    File file = createFile(path);
    PseudoRandom random(seed);
    for (std::uint64_t done = 0; done < size;) {
        const Bytes chunk = random.bytes(std::min(size - done, MiB));
        require(file.writeAt(done, chunk), path);
        done += chunk.size();
    }
    return path;
}

fs::path TempFolder::writeHole(std::string_view relative, std::uint64_t size) const
{
    const fs::path path = m_path / relative;
    require(createFile(path).resize(size), path);
    return path;
}

fs::path TempFolder::makeFolder(std::string_view relative) const
{
    fs::create_directories(m_path / relative);
    return m_path / relative;
}

fs::path TempFolder::makeSymlink(std::string_view relative, const fs::path& target) const
{
    const fs::path path = m_path / relative;
    fs::create_directories(path.parent_path());
    fs::create_symlink(target, path);
    return path;
}

void TempFolder::setTimes(std::string_view relative, std::int64_t modifiedNs,
                          std::int64_t accessedNs) const
{
    const fs::path path = m_path / relative;
    const std::array times{timeOf(accessedNs), timeOf(modifiedNs)};
    require(::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0, path);
}

void TempFolder::setMode(std::string_view relative, unsigned mode) const
{
    const fs::path path = m_path / relative;
    require(::chmod(path.c_str(), mode) == 0, path);
}

Bytes TempFolder::readFile(std::string_view relative) const
{
    const fs::path path = m_path / relative;
    auto bytes = readWholeFile(path, std::numeric_limits<std::uint64_t>::max());
    require(bytes, path);
    return std::move(*bytes);
}

std::size_t TempFolder::entryCount() const
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(m_path), {}));
}

} // namespace fatlas::test
