#include "core/base/crash_point.hpp"

#include "core/base/call_hook.hpp"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <unistd.h>

namespace fatlas {

namespace {

std::atomic<std::uint64_t> callCount = 0;
std::atomic<std::uint64_t> crashAt = 0;

CallFault countOrCrash(Call /*call*/) noexcept
{
    if (++callCount == crashAt)
        ::kill(::getpid(), SIGKILL);
    return {};
}

void writeCount()
{
    if (const char* const path = std::getenv("FATLAS_CRASH_COUNT"))
        std::ofstream(path) << callCount.load() << '\n';
}

} // namespace

void armCrashPoint()
{
    const char* const number = std::getenv("FATLAS_CRASH_AT");
    if (number == nullptr && std::getenv("FATLAS_CRASH_COUNT") == nullptr)
        return;
    const std::string_view text = number != nullptr ? number : "0";
    std::uint64_t at = 0;
    std::from_chars(text.data(), text.data() + text.size(), at);
    crashAt = at;
    callHook = countOrCrash;
    static_cast<void>(std::atexit(writeCount));
}

} // namespace fatlas
