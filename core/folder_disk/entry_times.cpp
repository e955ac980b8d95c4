#include "core/folder_disk/entry_times.hpp"

namespace fatlas::folder_disk {
namespace {

/// Two days inside 1980-2107, so that no zone can bring a time between them to the outside.
constexpr std::int64_t safeFirstNs = 315'705'600LL * 1'000'000'000;  // 1980-01-03
constexpr std::int64_t safeLastNs = 4'354'646'400LL * 1'000'000'000; // 2107-12-30

bool isOutside(std::int64_t unixNs, fat::TimeZone zone)
{
    if (unixNs >= safeFirstNs && unixNs < safeLastNs)
        return false;
    return fat::encodeTime(unixNs, zone).clamped == fat::Clamped::Yes;
}

} // namespace

EntryTimes timesOf(const host::Node& node, const Options& options)
{
    if (options.reproducible)
        return {.modifiedNs = node.modifiedNs,
                .accessedNs = node.modifiedNs,
                .createdNs = node.modifiedNs};
    return {
        .modifiedNs = node.modifiedNs, .accessedNs = node.accessedNs, .createdNs = node.createdNs};
}

fat::TimeZone zoneOf(const Options& options)
{
    if (options.reproducible && options.timeZone.kind == fat::TimeZone::Kind::Local)
        return {.kind = fat::TimeZone::Kind::Utc, .offsetMinutes = 0};
    return options.timeZone;
}

bool isClamped(const EntryTimes& times, fat::TimeZone zone)
{
    return isOutside(times.modifiedNs, zone) || isOutside(times.accessedNs, zone) ||
           (times.createdNs && isOutside(*times.createdNs, zone));
}

} // namespace fatlas::folder_disk
