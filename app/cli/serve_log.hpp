/// What a server tells people while it runs: who comes and goes, and what went wrong. On stderr.
///
/// Errors of clients are told a limited number of times a minute: a client can cause as many as it
/// likes.
///
/// Threads: safe from many threads at once.
#pragma once

#include "core/nbd/server.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>

namespace fatlas::cli {

class ServeLog {
public:
    enum class Comings : std::uint8_t { Told, Quiet };

    explicit ServeLog(Comings comings) : m_comings(comings) {}

    void client(const nbd::Client& client, nbd::ClientChange change);
    void error(nbd::ClientNumber client, const Error& error);
    /// How many errors were not told, if any.
    void finish();

private:
    static constexpr std::uint64_t maxPerMinute = 20;

    using Clock = std::chrono::steady_clock;

    const Comings m_comings;
    std::mutex m_mutex;
    Clock::time_point m_minute{};
    std::uint64_t m_toldInMinute = 0;
    std::uint64_t m_untold = 0;
};

} // namespace fatlas::cli
