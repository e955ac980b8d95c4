// Ends the process, or makes the system say no, at every call with which a jail changes something,
// for every kind of change; and plants links in its way while it works.

#include "core/host/own_names.hpp"

#include "tests/stress/call_faults.hpp"
#include "tests/stress/jail_cases.hpp"
#include "tests/support/pseudo_random.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <span>
#include <sys/stat.h>
#include <thread>

using namespace fatlas;
using namespace fatlas::host;
using namespace fatlas::test;

namespace {

constexpr int maxCalls = 500; ///< of one change; more would be a loop

/// A folder before a case, and what the case makes of it.
struct Stage {
    explicit Stage(const JailCase& wanted) : which(wanted)
    {
        fillFor(which, fixture.folder);
        fixture.start();
        which.prepare(fixture);
        before = stateOf(fixture);
        bytes = *fixture.snapshotBytes();
        fixture.stop();
    }

    const JailCase& which;
    JailFixture fixture;
    FolderState before;
    Bytes bytes;
};

FolderState stateAfter(const JailCase& which)
{
    Stage stage(which);
    require(stage.fixture.open(), which.name);
    const auto done = which.change(stage.fixture);
    require(done.has_value(), which.name, done ? "" : done.error().error.message);
    const auto bytes = stage.fixture.snapshotBytes();
    require(bytes, which.name + ", the snapshot");
    require(*bytes == stage.bytes, which.name, "the snapshot reads other bytes");
    return stateOf(stage.fixture);
}

void requireSame(const FolderState& is, const FolderState& expected, const std::string& where)
{
    for (const auto& [name, text] : expected) {
        const auto found = is.find(name);
        require(found != is.end(), where, name + " is missing");
        require(
            found->second == text, where,
            fmt::format("{} holds {} bytes, or others than expected", name, found->second.size()));
    }
    for (const auto& [name, text] : is)
        require(expected.contains(name), where, name + " is too much");
}

void requireSnapshot(const Stage& stage, const std::string& where)
{
    const auto bytes = stage.fixture.snapshotBytes();
    require(bytes, where + ", the snapshot");
    require(*bytes == stage.bytes, where, "the snapshot reads other bytes");
}

/// Whatever happened: again until it is done, then to an end without a trace.
void finish(Stage& stage, const FolderState& after, const std::string& where)
{
    JailFixture& fixture = stage.fixture;
    const FolderState now = stateOf(fixture);
    if (now != after) {
        requireSame(now, stage.before, where);
        const auto again = stage.which.change(fixture);
        require(again.has_value(), where + ", again", again ? "" : again.error().error.message);
    }
    requireSame(stateOf(fixture), after, where + ", again");
    requireSnapshot(stage, where + ", again");
    const auto end = fixture.jail().end();
    require(end, where + ", end");
    require(end->changed.empty(), where, "a kept file is not as it was kept");
    fixture.stop();
    for (const std::string& name : fixture.names())
        require(!isTemporaryName(std::filesystem::path(name).filename().native()), where,
                name + " was left");
    require(stateOf(fixture) == after && fixture.keptCount() == 0, where, "a trace is left");
    require(fixture.session.entryCount() == 0, where, "a trace is left in the session");
}

/// With megabytes at every step it takes minutes.
bool isShortened(const JailCase& which)
{
    return which.needsLargeFile && !isFullMatrix();
}

/// Where it finishes, recovery is killed as well, at its first call, then at its second ...
void recover(Stage& stage, JailOptions::Interrupted interrupted, const std::string& where)
{
    const bool isKilledToo =
        interrupted == JailOptions::Interrupted::Finish && !isShortened(stage.which);
    const int limit = isKilledToo ? maxCalls : 0;
    for (int at = 1; at < limit; ++at) {
        const bool killed = isKilled(where + ", recovery", [&] {
            armKill(at);
            return stage.fixture.open(interrupted).has_value();
        });
        if (!killed)
            break;
    }
    require(stage.fixture.open(interrupted), where + ", recovery");
}

int crash(const JailCase& which, JailOptions::Interrupted interrupted)
{
    const FolderState after = stateAfter(which);
    for (int at = 1; at < maxCalls; ++at) {
        const std::string where = fmt::format("{}, killed at call {}", which.name, at);
        Stage stage(which);
        const bool killed = isKilled(where, [&] {
            if (!stage.fixture.open())
                return false;
            armKill(at);
            return which.change(stage.fixture).has_value();
        });
        recover(stage, interrupted, where);
        requireSnapshot(stage, where);
        finish(stage, after, where);
        if (!killed)
            return at - 1;
    }
    giveUp(which.name, "never comes to an end");
}

/// The end of a session is one that can be ended again.
int crashAtEnd()
{
    for (int at = 1; at < maxCalls; ++at) {
        const std::string where = fmt::format("end, killed at call {}", at);
        JailFixture fixture;
        fixture.folder.writeText("a", "1");
        fixture.folder.writeText("b", "2");
        fixture.start();
        require(fixture.replace(fixture.known("a"), "new").has_value(), where, "cannot replace");
        require(fixture.jail().removeFile(fixture.known("b")).has_value(), where, "cannot remove");
        const FolderState after = stateOf(fixture);
        fixture.stop();
        const bool killed = isKilled(where, [&] {
            if (!fixture.open())
                return false;
            armKill(at);
            return fixture.jail().end().has_value();
        });
        require(fixture.open(), where + ", opened again");
        require(fixture.jail().end(), where + ", ended again");
        fixture.stop();
        require(stateOf(fixture) == after && fixture.keptCount() == 0, where, "a trace is left");
        require(fixture.session.entryCount() == 0, where, "a trace is left in the session");
        if (!killed)
            return at - 1;
    }
    giveUp("end", "never comes to an end");
}

int fault(const JailCase& which, int error)
{
    const FolderState after = stateAfter(which);
    for (int at = 1; at < maxCalls; ++at) {
        const std::string where =
            fmt::format("{}, call {} fails with {}", which.name, at, faultName(error));
        Stage stage(which);
        require(stage.fixture.open(), where);
        armFault(at, error);
        const auto done = which.change(stage.fixture);
        const bool wasReached = callCount() >= at;
        disarm();
        requireSnapshot(stage, where);
        requireSame(stateOf(stage.fixture), done ? after : stage.before, where);
        // Another file system stays another one: that is for the caller to do otherwise.
        const auto expected = error == EXDEV ? Outcome::Refused : Outcome::Retry;
        require(done || done.error().outcome == expected || done.error().outcome == Outcome::Retry,
                where, done ? "" : "cannot be tried again: " + done.error().error.message);
        stage.fixture.stop();
        require(stage.fixture.open(), where + ", opened again");
        requireSnapshot(stage, where + ", opened again");
        finish(stage, after, where);
        if (!wasReached)
            return at - 1;
    }
    giveUp(which.name, "never comes to an end");
}

/// Names and times of all there is: nothing of it may change.
std::string fingerprint(const std::filesystem::path& folder)
{
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        struct stat status = {};
        require(::lstat(entry.path().c_str(), &status) == 0, "outside", "cannot look");
        all += fmt::format("{} {} {}.{} {}.{}\n", entry.path().native(), status.st_size,
                           status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                           status.st_ctim.tv_nsec);
    }
    return all;
}

/// Somebody puts links to the outside in the place of folders and files, and takes them away.
void plantLinks(const std::stop_token& stop, const JailFixture& fixture, const TempFolder& outside)
{
    namespace fs = std::filesystem;
    std::error_code ignored;
    while (!stop.stop_requested()) {
        for (const char* name : {"d", "d/e", "d/e/file"}) {
            const fs::path path = fixture.folder / name;
            const fs::path aside = fixture.folder / "aside";
            fs::rename(path, aside, ignored);
            fs::create_symlink(outside / name, path, ignored);
            std::this_thread::yield();
            fs::remove(path, ignored);
            fs::rename(aside, path, ignored);
        }
    }
}

void race(int rounds)
{
    const TempFolder outside;
    outside.writeText("d/e/file", "outside");
    outside.writeText("d/e/other", "outside");
    JailFixture fixture;
    fixture.folder.writeText("d/e/file", "inside");
    fixture.start();
    const std::string before = fingerprint(outside.path());
    int made = 0;
    {
        const std::jthread planter(
            [&](const std::stop_token& stop) { plantLinks(stop, fixture, outside); });
        const MemorySource content(bytesOf("from the guest"));
        for (int i = 0; i < rounds; ++i) {
            const std::string name = fmt::format("d/e/{}", i);
            made += fixture.jail().createFile(name, {.bytes = content}).has_value() ? 1 : 0;
            const auto file = fixture.jail().look("d/e/file");
            const Known known{.path = "d/e/file",
                              .identity = file ? file->identity : FileIdentity{},
                              .kind = NodeKind::File};
            made += fixture.jail().replaceFile(known, {.bytes = content}).has_value() ? 1 : 0;
            made += fixture.jail().setMeta(known, {.modifiedNs = i}).has_value() ? 1 : 0;
            const auto other = fixture.jail().look(name);
            if (other)
                made += fixture.jail()
                                .removeFile({.path = name, .identity = other->identity})
                                .has_value()
                            ? 1
                            : 0;
            made += fixture.jail().makeFolder(name + "x", {}).has_value() ? 1 : 0;
        }
    }
    require(fingerprint(outside.path()) == before, "links in the way", "the outside was touched");
    require(made > 0, "links in the way", "nothing was ever made: the race was no test");
    fmt::print("links in the way: {} changes made in {} rounds, the outside is as it was\n", made,
               rounds);
}

bool isWanted(const std::string& name, int argc, char** argv)
{
    return argc < 2 || name.find(argv[1]) != std::string::npos;
}

} // namespace

int main(int argc, char** argv)
{
    using Interrupted = JailOptions::Interrupted;
    constexpr std::array errors{halfAWrite, ENOSPC, EACCES, EINTR, EXDEV, EIO};
    for (const JailCase& which : jailCases()) {
        if (!isWanted(which.name, argc, argv))
            continue;
        const int killed = crash(which, Interrupted::Finish);
        if (!isShortened(which))
            crash(which, Interrupted::TakeBack);
        int failed = 0;
        for (const int error : std::span(errors).first(isShortened(which) ? 2 : errors.size()))
            failed += fault(which, error);
        fmt::print("{}: killed at each of {} calls, failed at {}\n", which.name, killed, failed);
        std::fflush(stdout);
    }
    if (isWanted("end", argc, argv))
        fmt::print("end: killed at each of {} calls\n", crashAtEnd());
    if (isWanted("race", argc, argv))
        race(200);
    return 0;
}
