#include "app/cli/run_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace fatlas::cli {

namespace {

std::vector<std::string> environmentWith(const Variables& variables)
{
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const bool isReplaced = std::ranges::any_of(variables, [text](const auto& variable) {
            return text.starts_with(variable.first + "=");
        });
        if (!isReplaced)
            all.emplace_back(text);
    }
    for (const auto& [name, value] : variables)
        all.push_back(fmt::format("{}={}", name, value));
    return all;
}

std::vector<char*> pointersTo(std::vector<std::string>& strings)
{
    std::vector<char*> pointers;
    for (std::string& text : strings)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// What this program blocks or ignores is its own affair.
class PlainSignals {
public:
    PlainSignals()
    {
        sigset_t none;
        sigset_t ignored;
        sigemptyset(&none);
        sigemptyset(&ignored);
        sigaddset(&ignored, SIGPIPE);
        ::posix_spawnattr_init(&m_attributes);
        ::posix_spawnattr_setsigmask(&m_attributes, &none);
        ::posix_spawnattr_setsigdefault(&m_attributes, &ignored);
        ::posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }

    PlainSignals(const PlainSignals&) = delete;
    PlainSignals& operator=(const PlainSignals&) = delete;

    ~PlainSignals() { ::posix_spawnattr_destroy(&m_attributes); }

    [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &m_attributes; }

private:
    posix_spawnattr_t m_attributes{};
};

/// Waits for the end, and passes a stop request on as long as the process is still ours to name.
int awaitEnd(pid_t process, const std::stop_token& stop)
{
    std::mutex mutex;
    bool hasEnded = false;
    const std::stop_callback onStop(stop, [&] {
        const std::scoped_lock lock(mutex);
        if (!hasEnded)
            ::kill(process, SIGTERM);
    });
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    const std::scoped_lock lock(mutex);
    hasEnded = true;
    int status = 0;
    ::waitpid(process, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

Result<int> runCommand(const std::string& command, const Variables& variables,
                       const std::stop_token& stop)
{
    std::vector<std::string> environment = environmentWith(variables);
    std::vector<std::string> words{"sh", "-c", command};
    const std::vector<char*> environmentPointers = pointersTo(environment);
    const std::vector<char*> wordPointers = pointersTo(words);
    const PlainSignals signals;
    pid_t process = 0;
    const int error = ::posix_spawn(&process, "/bin/sh", nullptr, signals.get(),
                                    wordPointers.data(), environmentPointers.data());
    if (error != 0)
        return failSystem(error, "cannot run /bin/sh");
    return awaitEnd(process, stop);
}

} // namespace fatlas::cli
