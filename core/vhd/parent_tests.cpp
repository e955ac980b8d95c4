#include "core/vhd/parent_tests.hpp"

#include "core/base/text.hpp"
#include "core/vhd/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace fatlas::vhd {

namespace {

using Outcome = ParentTest::Result;

constexpr std::int64_t timeTolerance = 2; // as the chain is read
constexpr std::int64_t hour = 3600;
constexpr std::int64_t longestShift = 14 * hour;

ParentTest place(const ChainLink& child, const std::optional<Error>& broken)
{
    const auto found = std::ranges::find(child.tries, true, &ParentTry::isParent);
    const auto tried = static_cast<std::uint64_t>(found - child.tries.begin());
    if (found == child.tries.end()) {
        const bool none = child.tries.empty();
        return {Outcome::Failed, "Place",
                none ? "It has no locator and no name that can be used here."
                     : fmt::format("The parent is at none of the {} places where it may be.",
                                   child.tries.size())};
    }
    if (broken)
        return {Outcome::Failed, "Place", broken->message + "."};
    const std::string before =
        tried == 0 ? std::string() : fmt::format(", after {} that did not do", tried);
    return {Outcome::Passed, "Place", fmt::format("Found through {}{}.", found->source, before)};
}

ParentTest identity(const ChainLink& child, const ChainLink& parent)
{
    const bool isRight = child.vhd.header.parentUuid == parent.vhd.footer.uuid;
    return {isRight ? Outcome::Passed : Outcome::Failed, "Identity",
            isRight
                ? fmt::format("The UUID is the recorded one, {}.", toString(parent.vhd.footer.uuid))
                : fmt::format("It is another disk: its UUID is {}, recorded is {}.",
                              toString(parent.vhd.footer.uuid),
                              toString(child.vhd.header.parentUuid))};
}

std::int64_t timeOf(const ChainLink& parent)
{
    return parent.file.modified.value_or(unixFromTimeStamp(parent.vhd.footer.timeStamp));
}

std::int64_t timeDifference(const ChainLink& child, const ChainLink& parent)
{
    const std::uint32_t recorded = child.vhd.header.parentTimeStamp;
    if (recorded == parent.vhd.footer.timeStamp)
        return 0;
    return timeOf(parent) - unixFromTimeStamp(recorded);
}

/// Whole hours are what clocks and time zones do, not what writing to a disk does.
bool looksLikeClock(std::int64_t difference)
{
    const std::int64_t rest = std::llabs(difference) % hour;
    return std::llabs(difference) <= longestShift + timeTolerance &&
           std::llabs(difference) >= hour - timeTolerance &&
           (rest <= timeTolerance || rest >= hour - timeTolerance);
}

ParentTest time(const ChainLink& child, const ChainLink& parent)
{
    const std::int64_t difference = timeDifference(child, parent);
    if (std::llabs(difference) <= timeTolerance)
        return {Outcome::Passed, "Time",
                fmt::format("The time is as recorded, {}.",
                            formatTimeStamp(child.vhd.header.parentTimeStamp))};
    const std::string facts =
        fmt::format("The time stamp differs by {} s: recorded is {}, the parent's is {}.",
                    difference, formatTimeStamp(child.vhd.header.parentTimeStamp),
                    formatTimeStamp(timeStampFromUnix(timeOf(parent))));
    if (looksLikeClock(difference))
        return {Outcome::Doubtful, "Time",
                facts + " Whole hours mean most likely daylight saving or another time zone on "
                        "the machine that made it; then stamping the child anew is safe."};
    return {Outcome::Doubtful, "Time",
            facts + " Harmless when the parent was only copied; if it was written to, this disk "
                    "is a mixture."};
}

ParentTest size(const ChainLink& child, const ChainLink& parent)
{
    const bool isRight = child.vhd.virtualSize == parent.vhd.virtualSize;
    return {isRight ? Outcome::Passed : Outcome::Doubtful, "Size",
            isRight ? fmt::format("Both disks have {} bytes.", formatCount(parent.vhd.virtualSize))
                    : fmt::format(
                          "The parent has {} bytes, the child {}; what lies behind a smaller "
                          "parent's end reads as zeros.",
                          formatCount(parent.vhd.virtualSize), formatCount(child.vhd.virtualSize))};
}

} // namespace

std::vector<ParentTest> parentTests(const Chain& chain, std::size_t child)
{
    std::vector<ParentTest> tests;
    const ChainLink& link = chain.links.at(child);
    if (link.vhd.footer.type != DiskType::Differencing)
        return tests;
    const bool isLast = child + 1 == chain.links.size();
    tests.push_back(place(link, isLast ? chain.broken : std::nullopt));
    if (isLast)
        return tests;
    const ChainLink& parent = chain.links[child + 1];
    tests.push_back(identity(link, parent));
    tests.push_back(time(link, parent));
    tests.push_back(size(link, parent));
    return tests;
}

bool needsOnlyStamp(const Chain& chain, std::size_t child)
{
    const auto tests = parentTests(chain, child);
    const auto isBad = [](const ParentTest& test) { return test.result != Outcome::Passed; };
    return std::ranges::count_if(tests, isBad) == 1 &&
           std::ranges::find_if(tests, isBad)->name == "Time";
}

} // namespace fatlas::vhd
