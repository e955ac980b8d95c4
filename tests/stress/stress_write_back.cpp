// Ends the process, or makes the system say no, at every call with which a session that brings a
// guest's writes home changes the host or its own files: while it is opened, while the guest
// writes, while it comes home, while it ends, and while it recovers; for every kind of change.
//
// Shape: `stress_write_back [PART OF A CASE'S NAME]`. A part of the calls; FATLAS_FULL_MATRIX: all.
#include "core/serve/write_back.hpp"

#include "tests/stress/call_faults.hpp"
#include "tests/stress/write_back_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <sys/mman.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::serve;
using namespace fatlas::test;

namespace {

constexpr int maxCalls = 2000; ///< of one session; more would be a loop

/// Where syncing costs nothing, if there is such a place: to a killed process it is all one.
std::filesystem::path quickPlace()
{
    std::error_code ignored;
    if (std::getenv("TMPDIR") == nullptr && ::access("/dev/shm", W_OK | X_OK) == 0)
        return "/dev/shm";
    return std::filesystem::temp_directory_path(ignored);
}

/// A folder and where its sessions are kept, both of this run only.
struct Place {
    TempFolder folder{quickPlace()};
    TempFolder state{quickPlace()};

    Place() { fillForWriteBack(folder); }

    [[nodiscard]] WriteBackOptions options() const
    {
        WriteBackOptions wanted;
        wanted.sessions = state / "sessions";
        wanted.when = sync::When::End;
        return wanted;
    }

    [[nodiscard]] Result<std::unique_ptr<WriteBack>> open() const
    {
        image::OpenOptions how;
        how.folder.floppy = folder_disk::FloppyFormat::F360K;
        how.folder.reproducible = true;
        how.folder.serial = 0x1234'5678;
        how.folder.timeZone.kind = fat::TimeZone::Kind::Utc;
        return WriteBack::open(folder.path().native(), how, options());
    }

    [[nodiscard]] std::vector<StoredSession> sessions() const
    {
        return listSessions(state / "sessions");
    }

    /// The one that was cut off.
    [[nodiscard]] Result<std::unique_ptr<WriteBack>> reopen() const
    {
        const auto left = sessions();
        if (left.size() != 1)
            return fail(ErrorCode::NotFound, fmt::format("{} sessions are left", left.size()));
        return WriteBack::reopen(left[0].folder, options());
    }

    /// Nothing of Fatlas is anywhere.
    void requireNoTrace(const std::string& where) const
    {
        for (const auto& [name, entry] : hostState(folder))
            require(!name.contains(".fatlas-"), where, name + " was left in the folder");
        for (const auto& entry : std::filesystem::directory_iterator(state / "sessions"))
            giveUp(where, entry.path().native() + " was left");
    }
};

Bytes readAll(const block::BlockDevice& device, const std::string& where)
{
    Bytes bytes(device.size());
    require(device.read(0, bytes), where);
    return bytes;
}

/// A case, what the guest writes in it, and the host before and after.
struct Script {
    explicit Script(const WriteBackCase& wanted) : name(wanted.name)
    {
        const Place place;
        before = hostState(place.folder);
        const auto session = place.open();
        require(session, name);
        views.push_back(readAll(*(*session)->device(), name));
        GuestScript guest(views.front());
        wanted.guest(guest);
        steps = guest.steps();
        makeViews();
        require(views.back() == guest.disk(), name, "the steps do not lead to the guest's disk");
        for (const GuestStep& step : steps)
            require(play(step, *(*session)->device()), name);
        const auto end = (*session)->end();
        require(end, name);
        require(end->isOver, name, "not everything came home");
        after = hostState(place.folder);
        requireGuestView(guest.disk(), after, name);
        place.requireNoTrace(name);
    }

    /// Names and bytes of a disk are those of the folder.
    static void requireGuestView(const Bytes& disk, const HostState& host, const std::string& where)
    {
        std::size_t count = 0;
        for (const auto& [path, content] : filesOf(disk)) {
            const auto found = host.find(path);
            require(found != host.end(), where, "the guest has " + path + ", the host has not");
            require(found->second.content == content, where, path + " differs from the guest's");
            ++count;
        }
        require(count == host.size(), where, "the host has more than the guest");
    }

    std::string name;
    std::vector<GuestStep> steps;
    std::vector<Bytes> views; ///< of the disk, after so many steps
    HostState before;
    HostState after;

private:
    void makeViews()
    {
        for (const GuestStep& step : steps) {
            views.push_back(views.back());
            std::ranges::copy(step.bytes,
                              views.back().begin() + static_cast<std::ptrdiff_t>(step.offset));
        }
    }
};

/// What the guest was answered, seen from another process.
struct Progress {
    std::atomic<std::size_t> answered = 0;
    std::atomic<bool> isEnding = false;
};

Progress& sharedProgress()
{
    static Progress* const progress = [] {
        void* const memory = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        require(memory != MAP_FAILED, "the progress", "no memory");
        return new (memory) Progress;
    }();
    return *progress;
}

/// From where it stopped; false at the first request that fails.
bool playOn(const Script& script, WriteBack& session, std::atomic<std::size_t>& answered)
{
    while (answered < script.steps.size()) {
        if (!play(script.steps[answered], *session.device()))
            return false;
        ++answered;
    }
    return true;
}

bool endsWell(const Result<WriteBackEnd>& end)
{
    return end && end->isOver;
}

/// The disk holds every request that was answered; the next one may be there, in part too.
void requireView(const Script& script, WriteBack& session, std::size_t answered,
                 const std::string& where)
{
    constexpr std::size_t sector = 512;
    const Bytes now = readAll(*session.device(), where);
    const Bytes& least = script.views[answered];
    const Bytes& most = script.views[std::min(answered + 1, script.steps.size())];
    for (std::size_t at = 0; at < now.size(); at += sector) {
        const ByteView is = ByteView(now).subspan(at, sector);
        require(std::ranges::equal(is, ByteView(least).subspan(at, sector)) ||
                    std::ranges::equal(is, ByteView(most).subspan(at, sector)),
                where, fmt::format("the guest reads other bytes at {}", at));
    }
}

/// Under some name there is what a file held.
bool isElsewhere(const HostState& now, const std::optional<std::string>& content)
{
    return content && std::ranges::any_of(now, [&](const auto& item) {
               return !item.first.ends_with('/') && item.second.content == *content;
           });
}

/// Each file and folder is as before or as after. Files under names of Fatlas count only when the
/// session is over.
void requireOldOrNew(const Script& script, const Place& place, const std::string& where)
{
    HostState now = hostState(place.folder);
    std::erase_if(now, [](const auto& item) { return item.first.contains(".fatlas-"); });
    std::set<std::string> names;
    for (const HostState* const state :
         std::array<const HostState*, 3>{&script.before, &script.after, &now})
        for (const auto& [name, entry] : *state)
            names.insert(name);
    const auto contentIn = [](const HostState& state, const std::string& name) {
        const auto found = state.find(name);
        return found == state.end() ? std::optional<std::string>() : found->second.content;
    };
    for (const std::string& name : names) {
        const auto is = contentIn(now, name);
        if (!is && isElsewhere(now, contentIn(script.before, name)))
            continue; // renamed, and what takes its name has not come yet
        require(is == contentIn(script.before, name) || is == contentIn(script.after, name), where,
                name + (is ? " is neither as before nor as after" : " is gone"));
    }
}

void requireState(const Place& place, const HostState& expected, const std::string& where)
{
    const HostState now = hostState(place.folder);
    for (const auto& [name, entry] : expected) {
        const auto found = now.find(name);
        require(found != now.end(), where, name + " is missing");
        require(found->second.content == entry.content, where, name + " holds other bytes");
        require(found->second.meta == entry.meta, where,
                fmt::format("{} has {}, expected {}", name, found->second.meta, entry.meta));
    }
    for (const auto& [name, entry] : now)
        require(expected.contains(name), where, name + " is too much");
}

/// Whatever came home before: a new session in which the guest does the rest ends in equality.
void runAgain(const Script& script, const Place& place, const std::string& where)
{
    const auto session = place.open();
    require(session, where + ", again");
    GuestScript again(readAll(*(*session)->device(), where));
    bringAbout(again, script.after);
    for (const GuestStep& step : again.steps())
        require(play(step, *(*session)->device()), where + ", again");
    const auto end = (*session)->end();
    require(end, where + ", again");
    require(end->isOver, where + ", again", "not everything came home");
    Script::requireGuestView(again.disk(), hostState(place.folder), where + ", again");
    place.requireNoTrace(where + ", again");
}

/// Recovery is ended as well, at its first call, then at its second ...
void killRecovery(const Place& place, int stride, const std::string& where)
{
    for (int at = 1; at < maxCalls; at += stride) {
        const bool killed = isKilled(where + ", recovery", [&] {
            armKill(at);
            if (place.sessions().empty())
                return true;
            const auto session = place.reopen();
            return session && (*session)->end().has_value();
        });
        if (!killed)
            return;
    }
}

/// What to do with a session that was cut off.
enum class After : std::uint8_t { GoOn, Recover, Discard };

/// The guest comes back and writes the rest.
void goOn(const Script& script, const Place& place, const std::string& where)
{
    const auto session = place.reopen();
    require(session, where + ", gone on with");
    std::atomic<std::size_t> answered = sharedProgress().answered.load();
    requireView(script, **session, answered, where);
    require(playOn(script, **session, answered), where, "cannot be gone on with");
    const auto end = (*session)->end();
    require(end, where + ", gone on with");
    require(end->isOver, where + ", gone on with", "not everything came home");
    requireState(place, script.after, where + ", gone on with");
}

/// Nobody comes back: what is there is taken. What cannot be, waits with a reason.
void recover(const Script& script, const Place& place, const std::string& where)
{
    {
        const auto session = place.reopen();
        require(session, where + ", recovered");
        requireView(script, **session, sharedProgress().answered, where);
        const auto end = (*session)->end();
        require(end, where + ", recovered");
        requireOldOrNew(script, place, where + ", recovered");
        if (end->isOver)
            return;
        require(!end->last.waiting.empty() || end->last.conflicts != 0, where,
                "it is not over, and nobody says why");
    }
    require(sharedProgress().answered < script.steps.size(), where,
            "it is not over, though the guest had done everything");
    goOn(script, place, where);
}

void settle(const Script& script, const Place& place, After after, const std::string& where)
{
    const auto left = place.sessions();
    require(left.size() <= 1, where, "there is more than one session");
    const bool isAllAnswered = sharedProgress().answered == script.steps.size();
    if (left.empty()) {
        require(sharedProgress().isEnding, where, "the session is lost");
        requireState(place, script.after, where);
        return;
    }
    require(left[0].damage.empty(), where, left[0].damage);
    if (after == After::Discard) {
        require(discardSession(left[0]), where + ", discarded");
        requireOldOrNew(script, place, where + ", discarded");
        return;
    }
    if (after == After::GoOn)
        goOn(script, place, where);
    else
        recover(script, place, where);
    if (isAllAnswered)
        requireState(place, script.after, where);
}

/// How much of everything is done.
struct Extent {
    int stride = 1;         ///< of calls of a session
    int recoveryEvery = 1;  ///< so many kills are followed by kills of the recovery
    int recoveryStride = 1; ///< of its calls
};

Extent extent()
{
    if (isFullMatrix())
        return {};
    return {.stride = 9, .recoveryEvery = 4, .recoveryStride = 11};
}

bool runKilled(const Script& script, const Place& place, int at, const std::string& where)
{
    Progress& progress = sharedProgress();
    progress.answered = 0;
    progress.isEnding = false;
    return isKilled(where, [&] {
        const auto session = place.open();
        if (!session || readAll(*(*session)->device(), where) != script.views.front())
            return false;
        armKill(at);
        if (!playOn(script, **session, progress.answered))
            return false;
        progress.isEnding = true;
        return endsWell((*session)->end());
    });
}

/// Killed at a call, settled in one of the ways, and run again.
int crash(const Script& script, int first)
{
    const Extent how = extent();
    int round = 0;
    for (int at = first; at < maxCalls; at += how.stride, ++round) {
        const std::string where = fmt::format("{}, killed at call {}", script.name, at);
        const Place place;
        const bool killed = runKilled(script, place, at, where);
        const auto after = static_cast<After>(round % 3);
        if (round % how.recoveryEvery == 0 && after != After::GoOn)
            killRecovery(place, how.recoveryStride, where);
        if (killed && !(place.sessions().empty() && !sharedProgress().isEnding))
            settle(script, place, after, where);
        runAgain(script, place, where);
        if (!killed)
            return round;
    }
    giveUp(script.name, "never comes to an end");
}

int crashAtOpening(const Script& script)
{
    for (int at = 1; at < maxCalls; ++at) {
        const std::string where = fmt::format("opening, killed at call {}", at);
        const Place place;
        const bool killed = isKilled(where, [&] {
            armKill(at);
            return place.open().has_value();
        });
        requireOldOrNew(script, place, where);
        runAgain(script, place, where);
        if (!killed)
            return at - 1;
    }
    giveUp("opening", "never comes to an end");
}

struct Fault {
    int error = halfAWrite;
    bool isLasting = false; ///< until somebody does something about it

    void arm(int at) const { isLasting ? armFaultsFrom(at, error) : armFault(at, error); }

    [[nodiscard]] std::string name() const
    {
        return faultName(error) + (isLasting ? " from then on" : "");
    }
};

/// The cause is gone: the guest repeats what failed, and the session is ended, in this process or,
/// where it is of no use any more, from what it left.
void finish(const Script& script, const Place& place, std::unique_ptr<WriteBack> session,
            std::atomic<std::size_t>& answered, const std::string& where)
{
    if (place.sessions().empty())
        return; // everything was home, and only its traces could not be removed
    requireView(script, *session, answered, where);
    if (playOn(script, *session, answered) && endsWell(session->end()))
        return;
    session.reset();
    auto again = place.reopen();
    require(again, where + ", opened again");
    requireView(script, **again, answered, where + ", opened again");
    require(playOn(script, **again, answered), where, "the guest still cannot write");
    const auto end = (*again)->end();
    require(end, where + ", opened again");
    require(end->isOver, where + ", opened again", "not everything came home");
}

int failOne(const Script& script, const Fault& fault, int first)
{
    int round = 0;
    for (int at = first; at < maxCalls; at += extent().stride, ++round) {
        const std::string where = fmt::format("{}, {} at call {}", script.name, fault.name(), at);
        const Place place;
        auto session = place.open();
        require(session, where);
        std::atomic<std::size_t> answered = 0;
        fault.arm(at);
        const bool isOver = playOn(script, **session, answered) && endsWell((*session)->end());
        const bool wasReached = callCount() >= at;
        disarm();
        requireOldOrNew(script, place, where);
        if (!isOver)
            finish(script, place, std::move(*session), answered, where);
        require(answered == script.steps.size(), where, "the guest has not written everything");
        session->reset();
        static_cast<void>(place.sessions()); // what could not be removed goes now
        requireState(place, script.after, where);
        place.requireNoTrace(where);
        if (!wasReached)
            return round;
    }
    giveUp(script.name, "never comes to an end");
}

int failAtOpening(const Script& script, const Fault& fault)
{
    for (int at = 1; at < maxCalls; ++at) {
        const std::string where = fmt::format("opening, {} at call {}", fault.name(), at);
        const Place place;
        fault.arm(at);
        {
            const auto session = place.open();
            require(session || !session.error().message.empty(), where, "fails without a reason");
        }
        const bool wasReached = callCount() >= at;
        disarm();
        requireOldOrNew(script, place, where);
        runAgain(script, place, where);
        if (!wasReached)
            return at - 1;
    }
    giveUp("opening", "never comes to an end");
}

const std::vector<Fault>& faults()
{
    static const std::vector<Fault> all = [] {
        std::vector<Fault> made;
        for (const int error : {halfAWrite, ENOSPC, EACCES, EINTR, EXDEV, EIO})
            made.push_back({.error = error});
        for (const int error : {halfAWrite, ENOSPC, EIO, EACCES, EROFS})
            made.push_back({.error = error, .isLasting = true});
        return made;
    }();
    return all;
}

void runOpening(const Script& script)
{
    const int killed = crashAtOpening(script);
    int failed = 0;
    for (std::size_t i = 0; i < faults().size(); ++i)
        if (isFullMatrix() || i % 4 == 1)
            failed += failAtOpening(script, faults()[i]);
    fmt::print("opening: killed at {} calls, failed at {}\n", killed, failed);
}

/// In the quick part each case has other calls and other faults.
void runCase(const Script& script, int number)
{
    const int first = isFullMatrix() ? 1 : 1 + number % extent().stride;
    const int killed = crash(script, first);
    int failed = 0;
    const int count = static_cast<int>(faults().size());
    for (int i = 0; i < count; ++i)
        if (isFullMatrix() || i == number % count)
            failed += failOne(script, faults()[static_cast<std::size_t>(i)], first);
    fmt::print("{}: killed at {} calls, failed at {}\n", script.name, killed, failed);
    std::fflush(stdout);
}

bool isWanted(const std::string& name, int argc, char** argv)
{
    return argc < 2 || name.contains(argv[1]);
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<WriteBackCase>& cases = writeBackCases();
    if (isWanted("opening", argc, argv))
        runOpening(Script(cases.front()));
    for (std::size_t i = 0; i < cases.size(); ++i)
        if (isWanted(cases[i].name, argc, argv))
            runCase(Script(cases[i]), static_cast<int>(i));
    return 0;
}
