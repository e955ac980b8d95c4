#include "tests/stress/jail_cases.hpp"

#include "core/base/units.hpp"
#include "core/host/own_names.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace fatlas::test {

using namespace fatlas::host;

namespace {

constexpr std::uint64_t bigSize = 5 * MiB;

void require(const ChangeResult<>& result)
{
    if (result)
        return;
    fmt::print(stderr, "preparing a case: {}\n", result.error().error.message);
    std::abort();
}

void nothing(const JailFixture& /*fixture*/) {}

void makeOwn(const JailFixture& fixture)
{
    require(fixture.create("own", "made by the session"));
}

std::string bigText(char filling)
{
    return std::string(bigSize, filling);
}

JailCase inPlace(std::string name, const std::string& path, std::vector<ByteRange> ranges,
                 std::string text)
{
    return {.name = std::move(name),
            .prepare = nothing,
            .change = [path, ranges = std::move(ranges), text = std::move(text)](
                          const JailFixture& f) { return f.writeAt(f.known(path), ranges, text); },
            .needsLargeFile = false};
}

std::vector<JailCase> makeCases()
{
    std::vector<JailCase> cases;
    const auto add = [&cases](std::string name, auto change, auto prepare) {
        cases.push_back({.name = std::move(name),
                         .prepare = prepare,
                         .change = change,
                         .needsLargeFile = false});
    };
    using F = const JailFixture&;
    add("make folder", [](F f) { return f.jail().makeFolder("new", {.modifiedNs = 1}); }, nothing);
    add("remove folder", [](F f) { return f.jail().removeFolder(f.known("empty")); }, nothing);
    add("create", [](F f) { return f.create("folder/new", "new", {.modifiedNs = 1}); }, nothing);
    add("create empty", [](F f) { return f.create("new", ""); }, nothing);
    add("replace", [](F f) { return f.replace(f.known("a"), "new", {.modifiedNs = 1}); }, nothing);
    add("replace own", [](F f) { return f.replace(f.known("own"), "again"); }, makeOwn);
    add("replace linked", [](F f) { return f.replace(f.known("hard1"), "new"); }, nothing);
    add("remove", [](F f) { return f.jail().removeFile(f.known("folder/file")); }, nothing);
    add("remove linked", [](F f) { return f.jail().removeFile(f.known("hard2")); }, nothing);
    add("remove own", [](F f) { return f.jail().removeFile(f.known("own")); }, makeOwn);
    add("rename", [](F f) { return f.jail().rename(f.known("a"), "folder/a"); }, nothing);
    add(
        "rename folder", [](F f) { return f.jail().rename(f.known("folder"), "empty/f"); },
        nothing);
    add(
        "exchange", [](F f) { return f.jail().exchange(f.known("a"), f.known("folder")); },
        nothing);
    add(
        "set times and mode",
        [](F f) { return f.jail().setMeta(f.known("a"), {.modifiedNs = 1, .readOnly = true}); },
        nothing);
    cases.push_back(inPlace("write in place", "a", {{.offset = 4, .length = 3}}, "old NEWtent"));
    cases.push_back(
        inPlace("grow in place", "a", {{.offset = 11, .length = 4}}, "old content++++"));
    cases.push_back(inPlace("cut in place", "a", {}, "old"));
    cases.push_back(
        inPlace("write much in place", "big", {{.offset = 0, .length = bigSize}}, bigText('n')));
    cases.back().needsLargeFile = true;
    return cases;
}

} // namespace

void fillFor(const JailCase& which, const TempFolder& folder)
{
    folder.writeText("a", "old content");
    folder.writeText("folder/file", "in a folder");
    folder.writeText("folder/deep/file", "deeper");
    folder.makeFolder("empty");
    folder.writeText("hard1", "two names");
    std::filesystem::create_hard_link(folder / "hard1", folder / "hard2");
    if (which.needsLargeFile)
        folder.writeText("big", bigText('o'));
}

const std::vector<JailCase>& jailCases()
{
    static const std::vector<JailCase> cases = makeCases();
    return cases;
}

FolderState stateOf(const JailFixture& fixture)
{
    FolderState state;
    for (const std::string& name : fixture.names())
        if (!isTemporaryName(std::filesystem::path(name).filename().native()))
            state[name] = name.back() == '/' ? std::string() : fixture.text(name);
    return state;
}

} // namespace fatlas::test
