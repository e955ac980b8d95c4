#include "tests/stress/call_faults.hpp"

#include "core/base/call_hook.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace fatlas::test {

namespace {

constexpr int exitDone = 0;
constexpr int exitFailed = 3;

// What the hook does.
std::atomic<int> calls = 0;
std::atomic<int> faultAt = 0;
std::atomic<int> faultError = halfAWrite;

CallFault killAt(Call /*call*/) noexcept
{
    if (++calls == faultAt)
        ::kill(::getpid(), SIGKILL);
    return {};
}

CallFault faultFor(Call call) noexcept
{
    if (faultError != halfAWrite)
        return {.error = faultError};
    return {.isShort = call == Call::Write};
}

CallFault failAt(Call call) noexcept
{
    return ++calls == faultAt ? faultFor(call) : CallFault{};
}

CallFault failFrom(Call call) noexcept
{
    return ++calls >= faultAt ? faultFor(call) : CallFault{};
}

void arm(CallHook hook, int at, int error)
{
    calls = 0;
    faultAt = at;
    faultError = error;
    callHook = hook;
}

} // namespace

void giveUp(const std::string& where, const std::string& what)
{
    fmt::print(stderr, "{}: {}\n", where, what);
    std::_Exit(1);
}

void require(bool condition, const std::string& where, const std::string& what)
{
    if (!condition)
        giveUp(where, what);
}

void armKill(int at)
{
    arm(killAt, at, halfAWrite);
}

void armFault(int at, int error)
{
    arm(failAt, at, error);
}

void armFaultsFrom(int at, int error)
{
    arm(failFrom, at, error);
}

void disarm()
{
    callHook = nullptr;
}

int callCount()
{
    return calls;
}

std::string faultName(int error)
{
    return error == halfAWrite ? "half a write" : strerrorname_np(error);
}

bool isKilled(const std::string& where, const std::function<bool()>& function)
{
    const pid_t child = ::fork();
    require(child >= 0, where, "cannot fork");
    if (child == 0)
        std::_Exit(function() ? exitDone : exitFailed);
    int status = 0;
    require(::waitpid(child, &status, 0) == child, where, "cannot wait");
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGKILL;
    require(WIFEXITED(status) && WEXITSTATUS(status) == exitDone, where, "the change failed");
    return false;
}

bool isFullMatrix()
{
    static const bool isFull = std::getenv("FATLAS_FULL_MATRIX") != nullptr;
    return isFull;
}

} // namespace fatlas::test
