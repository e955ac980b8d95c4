#include "app/cli/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace fatlas::cli {

namespace {

std::atomic<int> seenSignal{SIGINT};

sigset_t watchedSignals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, number);
    return set;
}

/// As if the signal had never been taken: what the second Ctrl+C is for.
void dieOf(int number)
{
    std::signal(number, SIG_DFL);
    const sigset_t set = watchedSignals();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    std::raise(number);
}

} // namespace

Interrupt::Interrupt()
{
    std::signal(SIGPIPE, SIG_IGN); // a closed output is an error of write(), told as such
    const sigset_t set = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_signals = ::signalfd(-1, &set, SFD_CLOEXEC);
    m_wake = ::eventfd(0, EFD_CLOEXEC);
    m_thread = std::thread([this] { watch(); });
}

Interrupt::~Interrupt()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_wake, &one, sizeof one);
    m_thread.join();
    ::close(m_wake);
    ::close(m_signals);
}

int Interrupt::lastSignal() noexcept
{
    return seenSignal;
}

void Interrupt::watch() const
{
    std::stop_source stop = m_stop;
    while (true) {
        std::array<pollfd, 2> waiting{pollfd{.fd = m_signals, .events = POLLIN, .revents = 0},
                                      pollfd{.fd = m_wake, .events = POLLIN, .revents = 0}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0)
            continue;
        if (waiting[1].revents != 0)
            return;
        signalfd_siginfo info{};
        if (::read(m_signals, &info, sizeof info) != static_cast<ssize_t>(sizeof info))
            continue;
        const int number = static_cast<int>(info.ssi_signo);
        if (stop.stop_requested())
            dieOf(number);
        seenSignal = number;
        stop.request_stop();
    }
}

} // namespace fatlas::cli
