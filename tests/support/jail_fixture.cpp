#include "tests/support/jail_fixture.hpp"

#include "core/host/own_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace fatlas::test {

namespace fs = std::filesystem;
using namespace fatlas::host;

namespace {

[[noreturn]] void giveUp(const std::string& what)
{
    fmt::print(stderr, "jail fixture: {}\n", what);
    std::abort();
}

} // namespace

ByteView bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

void JailFixture::start()
{
    auto scanned = scan(folder.path());
    if (!scanned)
        giveUp(scanned.error().message);
    snapshot = *scanned;
    if (const auto opened = open(); !opened)
        giveUp(opened.error().message);
}

void JailFixture::stop()
{
    m_jail.reset();
}

Result<> JailFixture::open(JailOptions::Interrupted interrupted)
{
    kept = std::make_shared<KeptFiles>(snapshot);
    journalled.clear();
    FATLAS_ASSIGN(FolderLock lock, FolderLock::take(folder.path()));
    JailOptions options{
        .session = session.path(),
        .kept = kept,
        .interrupted = interrupted,
        .onJournalled = [this](const JournalledChange& change) { journalled.push_back(change); }};
    FATLAS_ASSIGN(m_jail, Jail::open(std::move(lock), std::move(options)));
    return {};
}

Known JailFixture::known(const std::string& path) const
{
    const auto there = m_jail->look(path);
    if (!there)
        giveUp(there.error().error.message);
    return *there;
}

ChangeResult<> JailFixture::create(const std::string& path, std::string_view text,
                                   const FileMeta& meta) const
{
    const MemorySource source(bytesOf(text));
    return m_jail->createFile(path, {.bytes = source, .meta = meta});
}

ChangeResult<> JailFixture::replace(const Known& file, std::string_view text,
                                    const FileMeta& meta) const
{
    const MemorySource source(bytesOf(text));
    return m_jail->replaceFile(file, {.bytes = source, .meta = meta});
}

ChangeResult<> JailFixture::writeAt(const Known& file, const std::vector<ByteRange>& ranges,
                                    std::string_view text) const
{
    const MemorySource source(bytesOf(text));
    return m_jail->writeInPlace(file, ranges, {.bytes = source});
}

std::string JailFixture::text(const std::string& path) const
{
    const Bytes bytes = folder.readFile(path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool JailFixture::exists(const std::string& path) const
{
    std::error_code error;
    return fs::exists(fs::symlink_status(folder / path, error));
}

std::vector<std::string> JailFixture::names() const
{
    std::vector<std::string> names;
    for (auto it = fs::recursive_directory_iterator(folder.path());
         it != fs::recursive_directory_iterator(); ++it) {
        if (isKeepName(it->path().filename().native())) {
            it.disable_recursion_pending();
            continue;
        }
        std::string name = it->path().lexically_relative(folder.path()).native();
        names.push_back(it->is_directory() ? name + "/" : name);
    }
    std::ranges::sort(names);
    return names;
}

std::size_t JailFixture::keptCount() const
{
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder.path()))
        if (isKeepName(entry.path().filename().native()))
            count += static_cast<std::size_t>(
                std::distance(fs::directory_iterator(entry.path()), fs::directory_iterator()));
    return count;
}

Result<Bytes> JailFixture::snapshotBytes() const
{
    Bytes all;
    for (std::uint32_t node = 0; node < snapshot->nodes.size(); ++node) {
        const Node& known = snapshot->nodes[node];
        if (known.kind != NodeKind::File)
            continue;
        FATLAS_ASSIGN(const File file, kept->open(node));
        Bytes bytes(static_cast<std::size_t>(known.size));
        FATLAS_TRY(kept->read(node, file, 0, bytes));
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

} // namespace fatlas::test
