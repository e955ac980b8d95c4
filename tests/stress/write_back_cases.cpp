#include "tests/stress/write_back_cases.hpp"

#include "core/edit/bytes_source.hpp"

#include "tests/stress/call_faults.hpp"
#include "tests/support/pseudo_random.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <sys/stat.h>

namespace fatlas::test {

namespace {

namespace fs = std::filesystem;
using edit::Editor;

constexpr std::int64_t oldTime = 1'600'000'000'000'000'000; // 2020-09-13
constexpr std::uint16_t guestDate = 0x5A21;                 // 2025-01-01
constexpr std::uint16_t guestTime = 0x6000;                 // 12:00

template <class T>
void must(const Result<T>& result)
{
    require(result, "the guest");
}

Bytes pattern(std::uint64_t size, std::uint64_t seed)
{
    return PseudoRandom(seed).bytes(size);
}

void put(Editor& guest, const std::string& folder, const std::string& name, Bytes content)
{
    must(guest.putFile({.folder = folder, .name = name},
                       std::make_shared<edit::BytesSource>(std::move(content)),
                       edit::Existing::Replace));
}

void setSize(GuestScript& script, const std::string& path, std::uint32_t size)
{
    script.changeEntry(path, [size](fat::DirectoryEntryRaw& raw) {
        raw.size = size;
        raw.modifiedDate = guestDate;
        raw.modifiedTime = guestTime;
    });
    script.flush();
}

/// Content first, then what makes it count.
void writeAt(GuestScript& script, const std::string& path, std::uint64_t at, std::uint64_t length)
{
    script.overwrite(path, at, pattern(length, at + length));
    script.flush();
}

void addContents(std::vector<WriteBackCase>& cases)
{
    const auto edited = [&cases](std::string name, const std::function<void(Editor&)>& change) {
        cases.push_back({.name = std::move(name),
                         .guest = [change](GuestScript& script) { script.edit(change); }});
    };
    const auto add = [&cases](std::string name, std::function<void(GuestScript&)> guest) {
        cases.push_back({.name = std::move(name), .guest = std::move(guest)});
    };
    edited("create", [](Editor& g) { put(g, "/docs", "new file", pattern(700, 1)); });
    edited("create empty", [](Editor& g) { put(g, "/", "nothing.txt", {}); });
    add("write in the middle", [](GuestScript& script) {
        writeAt(script, "/B.TXT", 1000, 1500);
        setSize(script, "/B.TXT", 5000);
    });
    add("append", [](GuestScript& script) {
        writeAt(script, "/A.TXT", 3000, 50);
        setSize(script, "/A.TXT", 3050);
    });
    add("grow", [](GuestScript& script) {
        script.lengthen("/B.TXT");
        writeAt(script, "/B.TXT", 5000, 1000);
        setSize(script, "/B.TXT", 6000);
    });
    edited("write longer", [](Editor& g) { put(g, "/", "A.TXT", pattern(9000, 2)); });
    add("shrink", [](GuestScript& script) { setSize(script, "/B.TXT", 100); });
    edited("write shorter", [](Editor& g) { put(g, "/", "B.TXT", pattern(90, 3)); });
    edited("truncate", [](Editor& g) { put(g, "/", "B.TXT", {}); });
    add("trim", [](GuestScript& script) {
        script.zero("/docs/one.txt");
        script.flush();
    });
    edited("save through a temporary file", [](Editor& g) {
        put(g, "/docs", "one.tmp", pattern(1300, 4));
        must(g.move("/docs/one.tmp", "/docs/one.txt", edit::Existing::Replace));
    });
    edited("keep the old one and write anew", [](Editor& g) {
        must(g.move("/A.TXT", "/A.BAK"));
        put(g, "/", "A.TXT", pattern(2000, 5));
    });
    edited("several at once", [](Editor& g) {
        put(g, "/", "one more.txt", pattern(100, 6));
        put(g, "/tree", "and another.txt", pattern(2000, 7));
        must(g.remove("/A.TXT", edit::Recursive::No));
        must(g.move("/B.TXT", "/docs/B.TXT"));
    });
}

void addNames(std::vector<WriteBackCase>& cases)
{
    const auto edited = [&cases](std::string name, const std::function<void(Editor&)>& change) {
        cases.push_back({.name = std::move(name),
                         .guest = [change](GuestScript& script) { script.edit(change); }});
    };
    edited("delete", [](Editor& g) { must(g.remove("/A.TXT", edit::Recursive::No)); });
    edited("make folders", [](Editor& g) {
        must(g.makeFolder({.folder = "/", .name = "made"}));
        must(g.makeFolder({.folder = "/made", .name = "inside"}));
    });
    edited("remove folder",
           [](Editor& g) { must(g.remove("/empty folder", edit::Recursive::Yes)); });
    edited("delete tree", [](Editor& g) { must(g.remove("/tree", edit::Recursive::Yes)); });
    edited("rename", [](Editor& g) { must(g.move("/A.TXT", "/another name.text")); });
    edited("rename folder", [](Editor& g) { must(g.move("/docs", "/papers")); });
    edited("move", [](Editor& g) { must(g.move("/A.TXT", "/docs/A.TXT")); });
    edited("move folder", [](Editor& g) { must(g.move("/docs", "/other/docs")); });
    edited("swap names", [](Editor& g) {
        must(g.move("/A.TXT", "/C.TXT"));
        must(g.move("/B.TXT", "/A.TXT"));
        must(g.move("/C.TXT", "/B.TXT"));
    });
    cases.push_back({.name = "change case", .guest = [](GuestScript& script) {
                         script.changeEntry("/A.TXT", [](fat::DirectoryEntryRaw& raw) {
                             raw.ntCaseBits = fat::ntCase::lowerBase | fat::ntCase::lowerExtension;
                         });
                         script.flush();
                     }});
    edited("attributes", [](Editor& g) {
        must(g.setAttributes("/A.TXT", fat::attribute::readOnly | fat::attribute::hidden, 0));
    });
    cases.push_back({.name = "times", .guest = [](GuestScript& script) {
                         script.changeEntry("/docs/one.txt", [](fat::DirectoryEntryRaw& raw) {
                             raw.modifiedDate = guestDate;
                             raw.modifiedTime = guestTime;
                         });
                         script.flush();
                     }});
    edited("label", [](Editor& g) { must(g.setLabel("ANOTHER")); });
}

std::string metaOf(const fs::path& path)
{
    struct stat status = {};
    require(::lstat(path.c_str(), &status) == 0, path.native(), "cannot look");
    return fmt::format("{} {}", (status.st_mode & 0200) != 0 ? "rw" : "ro",
                       status.st_mtim.tv_sec / 2);
}

} // namespace

const std::vector<WriteBackCase>& writeBackCases()
{
    static const std::vector<WriteBackCase> cases = [] {
        std::vector<WriteBackCase> all;
        addContents(all);
        addNames(all);
        return all;
    }();
    return cases;
}

void fillForWriteBack(const TempFolder& folder)
{
    folder.writePattern("A.TXT", 3000, 11);
    folder.writePattern("B.TXT", 5000, 12);
    folder.writePattern("docs/one.txt", 700, 13);
    folder.writePattern("docs/deep/two.txt", 2500, 14);
    folder.writePattern("tree/x.bin", 600, 15);
    folder.writePattern("tree/sub/y.bin", 900, 16);
    folder.writePattern("other/z.bin", 300, 17);
    folder.makeFolder("empty folder");
    for (int number = 0; number < 12; ++number)
        folder.writePattern(fmt::format("left alone/{}.dat", number), 1500, 20 + number);
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
        names.push_back(entry.path().lexically_relative(folder.path()).native());
    for (const std::string& name : names)
        folder.setTimes(name, oldTime, oldTime);
    folder.setTimes(".", oldTime, oldTime);
}

HostState hostState(const TempFolder& folder)
{
    HostState state;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
        const std::string name = entry.path().lexically_relative(folder.path()).native();
        if (entry.is_directory()) {
            state[name + "/"] = {};
            continue;
        }
        const Bytes bytes = folder.readFile(name);
        state[name] = {.content = {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                       .meta = metaOf(entry.path())};
    }
    return state;
}

void bringAbout(GuestScript& script, const HostState& wanted)
{
    std::map<std::string, std::string> there;
    for (auto& [name, content] : filesOf(script.disk()))
        there[name] = content;
    script.edit([&](Editor& guest) {
        std::string removed = "//"; // nothing begins so
        for (const auto& [name, content] : there) {
            if (wanted.contains(name) || name.starts_with(removed))
                continue;
            must(guest.remove("/" + name.substr(0, name.find_last_not_of('/') + 1),
                              edit::Recursive::Yes));
            if (name.ends_with('/'))
                removed = name;
        }
    });
    script.edit([&](Editor& guest) {
        for (const auto& [name, entry] : wanted) {
            const auto old = there.find(name);
            if (old != there.end() && old->second == entry.content)
                continue;
            const bool isFolder = name.ends_with('/');
            const fs::path path = fs::path("/" + name.substr(0, name.size() - (isFolder ? 1 : 0)));
            const std::string parent = path.parent_path().native();
            if (isFolder)
                must(guest.makeFolder({.folder = parent, .name = path.filename().native()}));
            else {
                const ByteView bytes = std::as_bytes(std::span(entry.content));
                put(guest, parent, path.filename().native(), Bytes(bytes.begin(), bytes.end()));
            }
        }
    });
}

} // namespace fatlas::test
