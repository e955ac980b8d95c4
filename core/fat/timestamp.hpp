/// FAT's dates and times: local civil time, 1980-2107, two seconds a step.
///
/// Units:  date 16 bits (year-1980:7 month:4 day:5), time 16 bits (hour:5 minute:6 seconds/2:5),
///         tenths in steps of 10 ms (0-199) as the creation time has them.
/// Shape:  seconds are rounded down to even ones; the odd second is kept in `tenths`.
/// Errors: a moment outside 1980-2107 becomes the nearest one inside, and Clamped says so.
/// Threads: all functions may run in parallel; reloadLocalZone() not beside the others.
/// Source: Microsoft FAT specification 1.03, "Date and time formats"; rules D8.. in FORMAT.md.
#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fatlas::fat {

struct Timestamp {
    std::uint16_t date = 0;
    std::uint16_t time = 0;
    std::uint8_t tenths = 0;

    bool operator==(const Timestamp&) const = default;
};

/// The one zone in which a disk's times are civil times.
struct TimeZone {
    enum class Kind : std::uint8_t { Local, Utc, Offset };
    Kind kind = Kind::Local;
    int offsetMinutes = 0; ///< east of UTC, for Offset

    bool operator==(const TimeZone&) const = default;
};

/// "local", "utc", "+05:30", "-03:00".
[[nodiscard]] Result<TimeZone> parseTimeZone(std::string_view text);
[[nodiscard]] std::string toString(TimeZone zone);

enum class Clamped : std::uint8_t { No, Yes };

struct EncodedTime {
    Timestamp stamp;
    Clamped clamped = Clamped::No; ///< outside 1980-2107
};

/// `unixNs`: nanoseconds since 1970-01-01 UTC. Local uses the zone rules valid at that moment.
[[nodiscard]] EncodedTime encodeTime(std::int64_t unixNs, TimeZone zone);
/// Seconds since 1970-01-01 UTC; fields out of range are clamped to the nearest valid moment. A
/// civil time that summer time repeats is the earlier moment, one it skips lies after the gap.
[[nodiscard]] std::int64_t decodeTime(Timestamp stamp, TimeZone zone);
/// Forgets what is remembered about the local zone, after TZ or /etc/localtime changed.
void reloadLocalZone();
/// "2026-11-21 08:38:18"; "-" for an all-zero date.
[[nodiscard]] std::string formatTime(Timestamp stamp);

} // namespace fatlas::fat
