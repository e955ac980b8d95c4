/// Ctrl+C and its kin become a stop request; a second one ends the program at once.
///
/// Threads:  make one in main() before any other thread: the signals are blocked in every thread
///           that starts afterwards and are taken by a thread of its own.
/// Lifetime: the destructor stops that thread.
#pragma once

#include <stop_token>
#include <thread>

namespace fatlas::cli {

class Interrupt {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    ~Interrupt();

    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

    /// SIGINT, SIGTERM or SIGHUP; SIGINT when none has come.
    [[nodiscard]] static int lastSignal() noexcept;

private:
    void watch() const;

    std::stop_source m_stop;
    int m_signals = -1; ///< signalfd
    int m_wake = -1;    ///< eventfd: the program ends
    std::thread m_thread;
};

} // namespace fatlas::cli
