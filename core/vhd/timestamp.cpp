#include "core/vhd/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace fatlas::vhd {

namespace {

constexpr std::int64_t epoch = 946'684'800; // 2000-01-01 in Unix time

} // namespace

std::uint32_t timeStampFromUnix(std::int64_t seconds) noexcept
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds - epoch, 0, 0xFFFF'FFFF));
}

std::int64_t unixFromTimeStamp(std::uint32_t timeStamp) noexcept
{
    return std::int64_t{timeStamp} + epoch;
}

std::uint32_t timeStampNow() noexcept
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return timeStampFromUnix(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::string formatTimeStamp(std::uint32_t timeStamp)
{
    using namespace std::chrono;
    const sys_seconds time{seconds(unixFromTimeStamp(timeStamp))};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

} // namespace fatlas::vhd
