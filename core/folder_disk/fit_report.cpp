#include "core/folder_disk/fit_report.hpp"

#include "core/fat/directory_entry.hpp"

#include <algorithm>
#include <limits>

namespace fatlas::folder_disk {
namespace {

/// Reasons that another disk does not change.
bool staysUnfit(UnfitReason reason)
{
    return reason == UnfitReason::TooLarge || reason == UnfitReason::DirectoryFull ||
           reason == UnfitReason::ShortNamesUsedUp;
}

bool isMatterOfSize(UnfitReason reason)
{
    return reason == UnfitReason::NoRoom || reason == UnfitReason::RootFull;
}

/// The format by itself: FAT type and cluster size that were asked for another disk do not count.
bool fitsOn(FloppyFormat format, const Demand& demand)
{
    Options options;
    options.floppy = format;
    const auto choice = chooseFloppy(options, format);
    return choice && demand.fits(choice->geometry);
}

void countEntries(const Plan& plan, FitReport& report)
{
    const std::uint64_t clusterSize = plan.geometry().clusterSize();
    for (const Entry& entry : plan.entries) {
        report.clustersUsed += entry.clusterCount;
        if (entry.isDirectory) {
            ++report.directoryCount;
            continue;
        }
        ++report.fileCount;
        report.contentSize += entry.size;
        report.slackSize += entry.clusterCount * clusterSize - entry.size;
    }
    --report.directoryCount;
}

std::uint64_t sizeThatFits(const Plan& plan, const Demand& demand)
{
    Options options = plan.options;
    options.floppy.reset();
    options.classic.reset();
    options.size.reset();
    options.clusterSize.reset();
    options.fat.reset();
    const auto choice = chooseAutomatic(options, demand);
    return choice && demand.fits(choice->geometry) ? choice->layout.diskSize : 0;
}

} // namespace

FitReport reportFit(const Plan& plan, const Demand& demand)
{
    FitReport report;
    countEntries(plan, report);
    const fat::Geometry& geometry = plan.geometry();
    report.clustersNeeded = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(demand.clusters(geometry.clusterSize(), geometry.type),
                                std::numeric_limits<std::uint32_t>::max()));
    report.rootEntriesNeeded = demand.rootSlots();
    report.rootEntriesUsed = static_cast<std::uint32_t>(plan.entries.front().size / fat::slotSize);
    const bool isPossible = std::ranges::none_of(plan.unfit, staysUnfit, &UnfitItem::reason);
    for (const FloppyLayout& layout : floppyLayouts)
        report.formats.push_back(
            {.format = layout.format, .fits = isPossible && fitsOn(layout.format, demand)});
    if (std::ranges::any_of(plan.unfit, isMatterOfSize, &UnfitItem::reason))
        report.diskSizeThatFits = sizeThatFits(plan, demand);
    return report;
}

} // namespace fatlas::folder_disk
