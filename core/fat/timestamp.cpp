#include "core/fat/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>

namespace fatlas::fat {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t secondsPerDay = 86400;
constexpr int firstYear = 1980;
constexpr int lastYear = 2107;

/// Seconds since 1970 of a civil midnight, as if the zone were UTC.
constexpr std::int64_t civilSeconds(int year, unsigned month, unsigned day)
{
    using namespace std::chrono;
    return sys_days{year_month_day{std::chrono::year{year}, std::chrono::month{month},
                                   std::chrono::day{day}}}
               .time_since_epoch()
               .count() *
           secondsPerDay;
}

constexpr std::int64_t firstSecond = civilSeconds(firstYear, 1, 1);
constexpr std::int64_t lastSecond = civilSeconds(lastYear + 1, 1, 1) - 1;

constexpr std::int64_t floorDivide(std::int64_t value, std::int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

std::atomic<std::uint32_t>& zoneGeneration()
{
    static std::atomic<std::uint32_t> generation{1};
    return generation;
}

/// What the C library says: seconds east of UTC at a moment.
std::int32_t askLocalOffset(std::int64_t utc)
{
    const auto moment = static_cast<std::time_t>(utc);
    std::tm civil{};
    if (localtime_r(&moment, &civil) == nullptr)
        return 0;
    return static_cast<std::int32_t>(civil.tm_gmtoff);
}

/// Remembers the offset of whole days. A day on which the offset changes (its two ends differ) is
/// asked for each moment: zones change at any minute (St. John's did at 00:01), but never twice
/// within a day.
class LocalOffsets {
public:
    std::int32_t at(std::int64_t utc)
    {
        const std::uint32_t generation = zoneGeneration().load(std::memory_order_relaxed);
        const std::int64_t day = floorDivide(utc, secondsPerDay);
        Day& known = m_days[static_cast<std::size_t>(day) % m_days.size()];
        if (known.generation != generation || known.day != day)
            known = ask(day, generation);
        return known.offset ? *known.offset : askLocalOffset(utc);
    }

private:
    struct Day {
        std::int64_t day = 0;
        std::uint32_t generation = 0;
        std::optional<std::int32_t> offset; ///< nothing: it changes on this day
    };

    static Day ask(std::int64_t day, std::uint32_t generation)
    {
        const std::int32_t atStart = askLocalOffset(day * secondsPerDay);
        const std::int32_t atEnd = askLocalOffset((day + 1) * secondsPerDay - 1);
        Day result{.day = day, .generation = generation, .offset = std::nullopt};
        if (atStart == atEnd)
            result.offset = atStart;
        return result;
    }

    std::array<Day, 1024> m_days{};
};

std::int32_t localOffset(std::int64_t utc)
{
    thread_local LocalOffsets offsets;
    return offsets.at(utc);
}

std::int64_t offsetAt(std::int64_t utc, TimeZone zone)
{
    switch (zone.kind) {
    case TimeZone::Kind::Utc: return 0;
    case TimeZone::Kind::Offset: return std::int64_t{zone.offsetMinutes} * 60;
    case TimeZone::Kind::Local: break;
    }
    return localOffset(utc);
}

Timestamp stampOf(std::int64_t civil)
{
    const std::int64_t day = floorDivide(civil, secondsPerDay);
    const auto second = static_cast<unsigned>(civil - day * secondsPerDay);
    const year_month_day date{sys_days{days{day}}};
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()) - firstYear);
    const auto month = static_cast<unsigned>(date.month());
    return {.date = static_cast<std::uint16_t>(year << 9 | month << 5 |
                                               static_cast<unsigned>(date.day())),
            .time = static_cast<std::uint16_t>((second / 3600) << 11 | (second / 60 % 60) << 5 |
                                               second % 60 / 2),
            .tenths = static_cast<std::uint8_t>(second % 2 * 100)};
}

/// Civil seconds of a stamp, every field brought into its range first.
std::int64_t civilOf(Timestamp stamp)
{
    const int year = firstYear + (stamp.date >> 9);
    const unsigned month = std::clamp((stamp.date >> 5) & 0x0FU, 1U, 12U);
    const std::chrono::year_month_day_last last{
        std::chrono::year{year}, std::chrono::month_day_last{std::chrono::month{month}}};
    const unsigned day = std::clamp(stamp.date & 0x1FU, 1U, static_cast<unsigned>(last.day()));
    const int hour = std::min(stamp.time >> 11, 23);
    const int minute = std::min((stamp.time >> 5) & 0x3F, 59);
    const int second = std::min((stamp.time & 0x1F) * 2, 58) + (stamp.tenths >= 100 ? 1 : 0);
    return civilSeconds(year, month, day) + hour * 3600 + minute * 60 + second;
}

std::optional<int> twoDigits(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() != 2 || error != std::errc{} || end != text.data() + 2 || value < 0)
        return std::nullopt;
    return value;
}

/// "+05:30" in minutes.
std::optional<int> parseOffset(std::string_view text)
{
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const auto hours = twoDigits(text.substr(1, 2));
    const auto minutes = twoDigits(text.substr(4, 2));
    if (!hours || !minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const int total = *hours * 60 + *minutes;
    return text[0] == '-' ? -total : total;
}

} // namespace

Result<TimeZone> parseTimeZone(std::string_view text)
{
    if (text == "local")
        return TimeZone{.kind = TimeZone::Kind::Local, .offsetMinutes = 0};
    if (text == "utc")
        return TimeZone{.kind = TimeZone::Kind::Utc, .offsetMinutes = 0};
    if (const auto minutes = parseOffset(text))
        return TimeZone{.kind = TimeZone::Kind::Offset, .offsetMinutes = *minutes};
    return fail(ErrorCode::InvalidArgument,
                fmt::format("time zone is \"{}\", expected local, utc or an offset from -23:59 to "
                            "+23:59 such as +05:30",
                            text));
}

std::string toString(TimeZone zone)
{
    switch (zone.kind) {
    case TimeZone::Kind::Local: return "local";
    case TimeZone::Kind::Utc: return "utc";
    case TimeZone::Kind::Offset: break;
    }
    const int minutes = std::abs(zone.offsetMinutes);
    return fmt::format("{}{:02}:{:02}", zone.offsetMinutes < 0 ? '-' : '+', minutes / 60,
                       minutes % 60);
}

EncodedTime encodeTime(std::int64_t unixNs, TimeZone zone)
{
    constexpr std::int64_t nsPerSecond = 1'000'000'000;
    const std::int64_t utc = floorDivide(unixNs, nsPerSecond);
    const std::int64_t civil = utc + offsetAt(utc, zone);
    if (civil < firstSecond)
        return {.stamp = stampOf(firstSecond), .clamped = Clamped::Yes};
    EncodedTime result{.stamp = stampOf(std::min(civil, lastSecond)), .clamped = Clamped::No};
    if (civil > lastSecond) {
        result.clamped = Clamped::Yes;
        return result;
    }
    const std::int64_t ns = unixNs - utc * nsPerSecond;
    result.stamp.tenths = static_cast<std::uint8_t>(result.stamp.tenths + ns / 10'000'000);
    return result;
}

std::int64_t decodeTime(Timestamp stamp, TimeZone zone)
{
    const std::int64_t civil = civilOf(stamp);
    const std::int64_t before = civil - offsetAt(civil - secondsPerDay, zone);
    if (zone.kind != TimeZone::Kind::Local || civil - offsetAt(before, zone) == before)
        return before;
    const std::int64_t after = civil - offsetAt(civil + secondsPerDay, zone);
    return civil - offsetAt(after, zone) == after ? after : before;
}

void reloadLocalZone()
{
    tzset();
    zoneGeneration().fetch_add(1, std::memory_order_relaxed);
}

std::string formatTime(Timestamp stamp)
{
    if (stamp.date == 0)
        return "-";
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", firstYear + (stamp.date >> 9),
                       (stamp.date >> 5) & 0x0F, stamp.date & 0x1F, stamp.time >> 11,
                       (stamp.time >> 5) & 0x3F,
                       (stamp.time & 0x1F) * 2 + (stamp.tenths >= 100 ? 1 : 0));
}

} // namespace fatlas::fat
