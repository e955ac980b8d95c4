#include "core/base/text.hpp"
#include "core/folder_disk/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace fatlas::folder_disk {
namespace {

/// The reasons in the order in which they are said: causes before their consequences.
constexpr std::array reasonsByWeight{
    UnfitReason::TooLarge,    UnfitReason::DirectoryFull, UnfitReason::RootFull,
    UnfitReason::NoRoom,      UnfitReason::Unreadable,    UnfitReason::ShortNamesUsedUp,
    UnfitReason::ParentUnfit,
};

std::string diskName(const Plan& plan)
{
    if (plan.options.floppy)
        return fmt::format("a {} floppy", layoutOf(*plan.options.floppy).name);
    return fmt::format("this {} disk of {}", toString(plan.geometry().type),
                       formatSize(plan.layout.diskSize));
}

std::string noRoomLimit(const Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    const std::uint64_t clusterSize = geometry.clusterSize();
    return fmt::format("the folder needs {} ({} clusters), and {} holds {} ({} clusters of {})",
                       formatSize(plan.fit.clustersNeeded * clusterSize),
                       formatCount(plan.fit.clustersNeeded), diskName(plan),
                       formatSize(geometry.clusterCount * clusterSize),
                       formatCount(geometry.clusterCount), formatSize(clusterSize));
}

std::string limitOf(const Plan& plan, const UnfitItem& item)
{
    const std::string path = escapeForTerminal(item.path);
    switch (item.reason) {
    case UnfitReason::NoRoom: return noRoomLimit(plan);
    case UnfitReason::RootFull:
        return fmt::format("the top of the folder needs {} directory entries, and the root of {} "
                           "has {}",
                           formatCount(plan.fit.rootEntriesNeeded), diskName(plan),
                           formatCount(plan.geometry().rootEntryCount));
    case UnfitReason::DirectoryFull:
    case UnfitReason::TooLarge:
    case UnfitReason::Unreadable:
    case UnfitReason::ShortNamesUsedUp:
    case UnfitReason::ParentUnfit: break;
    }
    return fmt::format("\"{}\" does not fit: {}", path, item.message);
}

/// The smallest floppy that would do, or a size, or nothing.
std::string whatWouldDo(const Plan& plan)
{
    std::vector<std::string> ways;
    if (plan.options.floppy) {
        const auto found = std::ranges::find_if(plan.fit.formats, &FormatFit::fits);
        if (found != plan.fit.formats.end())
            ways.push_back(fmt::format("a {} floppy", layoutOf(found->format).name));
    }
    if (plan.fit.diskSizeThatFits != 0)
        ways.push_back(fmt::format("a disk of {}", formatSize(plan.fit.diskSizeThatFits)));
    return ways.empty() ? std::string() : fmt::format("; {} would do", fmt::join(ways, " or "));
}

/// Items that have a reason of their own.
std::size_t countCauses(const Plan& plan)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        plan.unfit, [](const UnfitItem& item) { return item.reason != UnfitReason::ParentUnfit; }));
}

} // namespace

std::optional<Error> Plan::refusal() const
{
    if (unfit.empty() || options.unfit == Unfit::Skip)
        return std::nullopt;
    const auto weight = [](const UnfitItem& item) {
        return std::ranges::find(reasonsByWeight, item.reason) - reasonsByWeight.begin();
    };
    const UnfitItem& worst = *std::ranges::min_element(unfit, {}, weight);
    const std::size_t others = countCauses(*this) - 1;
    std::string message = limitOf(*this, worst);
    if (others > 0)
        message += fmt::format(" ({} files and folders do not fit)", formatCount(others + 1));
    message += whatWouldDo(*this);
    return Error{.code = ErrorCode::Refused, .message = std::move(message)};
}

} // namespace fatlas::folder_disk
