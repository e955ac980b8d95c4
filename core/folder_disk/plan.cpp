#include "core/folder_disk/plan.hpp"

#include "core/base/text.hpp"
#include "core/fat/boot_code.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/folder_disk/allocate.hpp"
#include "core/folder_disk/choose_volume.hpp"
#include "core/folder_disk/content_id.hpp"
#include "core/folder_disk/fit_report.hpp"
#include "core/folder_disk/plan_findings.hpp"
#include "core/folder_disk/validate_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace fatlas::folder_disk {
namespace {

constexpr std::string_view defaultOemName = "MSWIN4.1"; // what the specification recommends
constexpr std::string_view noLabel = "NO NAME    ";

Result<> nameVolume(Plan& plan, const CodePage& page)
{
    fat::BootSector& boot = plan.boot;
    const std::string_view oem =
        plan.options.oemName.empty() ? defaultOemName : std::string_view(plan.options.oemName);
    boot.oemName.fill(' ');
    std::ranges::copy(oem, boot.oemName.begin());
    std::ranges::copy(noLabel, boot.label.begin());
    if (!plan.options.label.empty()) {
        FATLAS_ASSIGN(boot.label, fat::encodeLabel(plan.options.label, page));
    }
    boot.driveNumber = plan.options.floppy ? 0x00 : 0x80;
    const ContentId id(*plan.snapshot, plan.entries, plan.options);
    boot.serial = plan.options.serial.value_or(id.number(purposeSerial));
    plan.diskId = plan.options.diskId.value_or(id.number(purposeDiskId));
    return {};
}

std::vector<host::LeftOut> leftOutOf(const host::Snapshot& snapshot, const Excludes& excludes,
                                     std::vector<std::string>& excluded)
{
    std::vector<host::LeftOut> leftOut;
    for (const host::LeftOut& left : snapshot.leftOut) {
        if (!excludes.covers(left.path))
            leftOut.push_back(left);
        else if (excludes.matches(left.path, HostKind::File))
            excluded.push_back(left.path);
    }
    return leftOut;
}

Result<> checkBootSector(const Options& options, const fat::Geometry& geometry)
{
    auto checked = fat::checkBootCode(options.bootSector.bytes, geometry);
    if (!checked)
        checked.error().message =
            fmt::format("the boot sector \"{}\" cannot be used: {}",
                        escapeForTerminal(options.bootSector.path), checked.error().message);
    return checked;
}

/// Everything but numbers and words: entries on clusters of a geometry.
Result<> layOut(Plan& plan, const CodePage& page, const JobControl& job)
{
    FATLAS_ASSIGN(const Excludes excludes, Excludes::compile(plan.options.excludes));
    const DraftRequest request{
        .snapshot = *plan.snapshot, .options = plan.options, .excludes = excludes, .page = page};
    FATLAS_ASSIGN(Draft draft, draftEntries(request, job));
    const Demand demand(draft.entries);
    FATLAS_ASSIGN(const VolumeChoice choice, chooseVolume(plan.options, demand));
    plan.layout = choice.layout;
    plan.boot.geometry = choice.geometry;
    FATLAS_TRY(checkBootSector(plan.options, choice.geometry));
    FATLAS_TRY(allocate(draft, request, choice.geometry, job));
    plan.entries = std::move(draft.entries);
    plan.nameChanges = std::move(draft.nameChanges);
    plan.unfit = std::move(draft.unfit);
    plan.excluded = std::move(draft.excluded);
    plan.leftOut = leftOutOf(*plan.snapshot, excludes, plan.excluded);
    plan.fit = reportFit(plan, demand);
    return {};
}

void listAllocation(Plan& plan)
{
    for (std::uint32_t i = 0; i < plan.entries.size(); ++i)
        if (plan.entries[i].clusterCount != 0)
            plan.allocation.push_back(i);
}

} // namespace

Result<std::shared_ptr<const Plan>> planDisk(std::shared_ptr<const host::Snapshot> snapshot,
                                             const Options& options, const JobControl& job)
{
    FATLAS_TRY(validateOptions(options));
    if (!snapshot || snapshot->nodes.empty())
        return fail(ErrorCode::InvalidArgument, "there is no folder to make a disk from");
    FATLAS_ASSIGN(const auto page, CodePage::open(options.codePage));
    auto plan = std::make_shared<Plan>();
    plan->options = options;
    plan->snapshot = std::move(snapshot);
    FATLAS_TRY(layOut(*plan, *page, job));
    FATLAS_TRY(nameVolume(*plan, *page));
    listAllocation(*plan);
    plan->clampedTimes = findClampedTimes(*plan);
    plan->findings = collectFindings(*plan);
    FATLAS_TRY(job.checkpoint());
    return plan;
}

std::string Plan::path(std::uint32_t entry) const
{
    if (entry == 0)
        return "/";
    std::vector<std::uint32_t> way;
    for (std::uint32_t i = entry; i != 0; i = entries[i].parent)
        way.push_back(i);
    std::string path;
    for (const std::uint32_t i : std::views::reverse(way))
        path += "/" + utf8FromUtf16(entries[i].longName);
    return path;
}

std::shared_ptr<const fat::UsageMap> usageOf(const Plan& plan)
{
    std::vector<fat::UsageRun> runs;
    runs.reserve(plan.allocation.size());
    for (const std::uint32_t i : plan.allocation) {
        const Entry& entry = plan.entries[i];
        runs.push_back(
            {.first = entry.firstCluster,
             .count = entry.clusterCount,
             .owner = i,
             .part = 0,
             .state = entry.isDirectory ? fat::ClusterState::Directory : fat::ClusterState::File});
    }
    return std::make_shared<const fat::UsageMap>(plan.geometry(), std::move(runs));
}

} // namespace fatlas::folder_disk
