/// How busy guests are: rates of the whole disk for a while back, and of each client now.
///
/// Units:   bytes and requests per second; times in nanoseconds of one clock that does not go back.
/// Threads: one.
#pragma once

#include "core/block/tap.hpp"
#include "core/nbd/server.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

namespace fatlas::serve {

struct ActivitySample {
    double readRate = 0;    ///< bytes
    double writtenRate = 0; ///< bytes
    double requestRate = 0;

    bool operator==(const ActivitySample&) const = default;
};

/// What all clients together did, as it is summed up by a Tap.
struct ActivityTotals {
    std::uint64_t readBytes = 0;
    std::uint64_t writtenBytes = 0;
    std::uint64_t requestCount = 0; ///< failed ones with them
    std::uint64_t failureCount = 0;

    bool operator==(const ActivityTotals&) const = default;
};

[[nodiscard]] ActivityTotals activityTotals(const block::Tap& tap);

class Activity {
public:
    explicit Activity(std::size_t maxSamples) : m_maxSamples(maxSamples) {}

    /// The first call only says from where to count.
    void add(const ActivityTotals& totals, std::uint64_t nowNs);

    /// Oldest first, at most as many as asked for.
    [[nodiscard]] const std::deque<ActivitySample>& samples() const noexcept { return m_samples; }

private:
    std::size_t m_maxSamples;
    std::deque<ActivitySample> m_samples;
    ActivityTotals m_last;
    std::uint64_t m_lastNs = 0;
    bool m_hasStarted = false;
};

struct ClientActivity {
    nbd::Client client;
    double readRate = 0;
    double writtenRate = 0;
    double requestRate = 0;
    std::uint64_t idleNs = 0; ///< since it was last seen to have asked for something

    [[nodiscard]] double byteRate() const { return readRate + writtenRate; }
};

class ClientRates {
public:
    /// The clients that there are now, in their order.
    [[nodiscard]] std::vector<ClientActivity> update(std::span<const nbd::Client> clients,
                                                     std::uint64_t nowNs);

private:
    struct Seen {
        nbd::Client client;
        std::uint64_t lastNs = 0;
        std::uint64_t busyNs = 0; ///< when its count of requests last grew
    };

    std::map<nbd::ClientNumber, Seen> m_seen;
};

} // namespace fatlas::serve
