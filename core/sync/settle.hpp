/// How long each thing has been as it is: what was quiet for a while may be taken.
///
/// Units:   times of a monotonic clock that the caller reads.
/// Shape:   things are looked at pass by pass; one that was not looked at in a pass is forgotten.
/// Threads: one.
#pragma once

#include "core/sync/write_log.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

namespace fatlas::sync {

struct SettleRule {
    std::chrono::milliseconds quiet{1000};
    /// From the first sight on, quiet or not.
    std::chrono::milliseconds most{10'000};
};

class Settle {
public:
    using Time = WriteLog::Time;

    explicit Settle(SettleRule rule) : m_rule(rule) {}

    void beginPass(Time now);

    /// When something was written last.
    struct Written {
        Time content{}; ///< to its own bytes
        Time disk{};    ///< anywhere: an entry that is new or changed is as old as this at least
    };

    /// `state`: what was seen of it. True when it has been like this for long enough.
    [[nodiscard]] bool look(const std::string& what, std::uint64_t state, const Written& written);
    void endPass();

    /// When the next of those that wait will have settled; nothing when none waits.
    [[nodiscard]] std::optional<Time> nextDue() const { return m_nextDue; }

private:
    struct Seen {
        std::uint64_t state = 0;
        Time first{};
        Time changed{};
        std::uint64_t pass = 0;
    };

    SettleRule m_rule;
    std::unordered_map<std::string, Seen> m_seen;
    Time m_now{};
    std::uint64_t m_pass = 0;
    std::optional<Time> m_nextDue;
};

} // namespace fatlas::sync
