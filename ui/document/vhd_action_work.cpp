// Plans of actions on VHDs, and carrying them out.
#include "core/convert/free_space.hpp"
#include "core/convert/resize_disk.hpp"
#include "core/convert/save_image.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/image/image.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/merge.hpp"
#include "core/vhd/open_vhd.hpp"

#include "ui/base/words.hpp"
#include "ui/document/vhd_action.hpp"

#include <QCoreApplication>

namespace fatlas::ui {

namespace {

using Plan = VhdActionPlan;

QString words(const char* text)
{
    return QCoreApplication::translate("VhdAction", text);
}

QString nameOf(const std::filesystem::path& file)
{
    return shown(file.filename().native());
}

Result<> planNew(Plan& plan, vhd::DiskType type, const JobControl& job)
{
    convert::NewVhd wanted{.content = convert::NewVhd::Content::Image,
                           .file = plan.wish.target,
                           .source = plan.wish.file,
                           .type = type};
    FATLAS_ASSIGN(plan.made, convert::planNewVhd(wanted, job));
    plan.headline = words("%1 will be a %2 VHD of %3")
                        .arg(nameOf(plan.wish.target), shown(vhd::toString(type)),
                             sizeText(plan.made->file.footer.currentSize));
    plan.lines << (type == vhd::DiskType::Fixed
                       ? words("Its file has %1, now and later.")
                       : words("Its file has at most %1; blocks of zeros stay away."))
                      .arg(sizeText(plan.made->fileSize));
    for (const Finding& note : plan.made->notes)
        plan.lines << sentenceOf(note.message) + u'.';
    return {};
}

Result<> planConvert(Plan& plan, const JobControl& job)
{
    if (plan.wish.target.empty())
        return fail(ErrorCode::InvalidArgument, "say which file to make");
    std::error_code ignored;
    if (std::filesystem::exists(plan.wish.target, ignored))
        return fail(ErrorCode::Refused,
                    plan.wish.target.filename().native() + " exists already; choose another name");
    plan.lines << words("%1 and its parents stay as they are.").arg(nameOf(plan.wish.file));
    if (plan.wish.form != VhdActionWish::Form::Raw)
        return planNew(plan,
                       plan.wish.form == VhdActionWish::Form::Fixed ? vhd::DiskType::Fixed
                                                                    : vhd::DiskType::Dynamic,
                       job);
    FATLAS_ASSIGN(const auto opened, image::openDisk(plan.wish.file, {}, job));
    plan.headline = words("%1 will be a raw image of %2")
                        .arg(nameOf(plan.wish.target), sizeText(opened.disk->size()));
    plan.lines << words("Zeros take no room in it where the file system knows holes.");
    return {};
}

void saySizes(Plan& plan, const vhd::RewriteReport& report)
{
    const bool isSmaller = report.fileSizeAfter < report.fileSizeBefore;
    const std::uint64_t difference = isSmaller ? report.fileSizeBefore - report.fileSizeAfter
                                               : report.fileSizeAfter - report.fileSizeBefore;
    plan.headline =
        difference == 0
            ? words("The file keeps its size of %1").arg(sizeText(report.fileSizeAfter))
            : words("The file gets %1 %2: %3 instead of %4")
                  .arg(sizeText(difference), isSmaller ? words("smaller") : words("larger"),
                       sizeText(report.fileSizeAfter), sizeText(report.fileSizeBefore));
}

Result<> planCompact(Plan& plan, const JobControl& job)
{
    if (plan.wish.dropFree) {
        FATLAS_ASSIGN(plan.unused, convert::freeExtents(plan.wish.file, job));
    }
    FATLAS_ASSIGN(const auto report,
                  vhd::planRewrite(plan.wish.file, {.unused = plan.unused}, job));
    saySizes(plan, report);
    plan.hasWork = report.fileSizeAfter < report.fileSizeBefore;
    plan.lines << words("The new file takes the place of the old one when it is whole; until then "
                        "there must be room for both.");
    plan.lines << (plan.wish.dropFree
                       ? words("Free clusters read as zeros then: what was deleted cannot be "
                               "recovered any more, and children of the disk must be made anew.")
                       : words("The disk reads the same, and its children still know it."));
    return {};
}

Result<> planNewSize(Plan& plan, const JobControl& job)
{
    if (plan.wish.size == 0)
        return fail(ErrorCode::InvalidArgument, "say how large the disk is to be");
    FATLAS_ASSIGN(const auto report, convert::planResizeVhd(plan.wish.file, plan.wish.size,
                                                            convert::Content::Follows, job));
    saySizes(plan, report.file);
    plan.lines << words("The disk will have %1: %2.")
                      .arg(sizeText(plan.wish.size), exactSizeText(plan.wish.size));
    plan.lines << (report.volume
                       ? words("The FAT volume inside follows: %1 clusters instead of %2; "
                               "every cluster keeps its number.")
                             .arg(countText(report.volume->after.clusterCount),
                                  countText(report.volume->before.clusterCount))
                       : words("Partitions and volumes inside stay as they are; only "
                               "zeros are cut off."));
    plan.lines << words("Children of the disk are worth nothing afterwards.");
    return {};
}

Result<> planMerge(Plan& plan, const JobControl& job)
{
    if (!plan.wish.target.empty()) {
        std::error_code ignored;
        if (std::filesystem::exists(plan.wish.target, ignored))
            return fail(ErrorCode::Refused, plan.wish.target.filename().native() +
                                                " exists already; choose another name");
        plan.lines << words("The whole chain goes into one new dynamic disk; nothing else is "
                            "changed.");
        return planNew(plan, vhd::DiskType::Dynamic, job);
    }
    FATLAS_ASSIGN(const vhd::MergePlan merge, vhd::planMerge(plan.wish.file, job));
    plan.headline = words("%1 in %2 go into %3")
                        .arg(sizeText(merge.storedBytes),
                             countText(merge.blockCount, "block", "blocks"), nameOf(merge.parent));
    plan.hasWork = merge.blockCount > 0;
    plan.lines << words("%1 stays and reads the same at every moment; it may be deleted "
                        "afterwards.")
                      .arg(nameOf(plan.wish.file));
    plan.lines
        << words("Other children of %1 are worth nothing afterwards.").arg(nameOf(merge.parent));
    return {};
}

Result<> planRepair(Plan& plan, const JobControl& job)
{
    FATLAS_ASSIGN(const vhd::OpenedFile file, vhd::hostFiles().open(plan.wish.file));
    FATLAS_ASSIGN(plan.repair, vhd::planRepair(*file.device, vhd::SizeRule::ByCreator, job));
    const auto steps = static_cast<std::uint64_t>(plan.repair.steps.size());
    plan.hasWork = steps != 0;
    plan.headline = steps == 0
                        ? words("Nothing that a repair could do")
                        : words("%1 will be written").arg(countText(steps, "place", "places"));
    for (const vhd::RepairStep& step : plan.repair.steps)
        plan.lines << words("%1 (%2 bytes at %3, %4).")
                          .arg(sentenceOf(step.action))
                          .arg(step.after.size())
                          .arg(hexText(step.offset), shown(step.rule));
    for (const Finding& finding : plan.repair.remaining)
        if (finding.severity >= Severity::Warning)
            plan.lines << words("Stays: %1.").arg(shown(finding.message));
    plan.lines << words("Data of blocks are never touched.");
    return {};
}

Result<> planNewParent(Plan& plan)
{
    if (plan.wish.parent.empty())
        return fail(ErrorCode::InvalidArgument, "choose the parent first");
    FATLAS_ASSIGN(plan.reparent, vhd::planReparent(plan.wish.file, plan.wish.parent));
    plan.headline = words("%1 will know %2 as its parent")
                        .arg(nameOf(plan.wish.file), nameOf(plan.wish.parent));
    plan.lines << words("Why: %1.").arg(shown(plan.reparent.reason));
    plan.lines << words("The file of %1 is written anew with the new place and time, and takes "
                        "the place of the old one when it is whole.")
                      .arg(sizeText(plan.reparent.fileSize));
    return {};
}

Result<> repair(const Plan& plan)
{
    FATLAS_ASSIGN(const auto file, vhd::GrowingFile::open(plan.wish.file));
    return vhd::applyRepair(plan.repair, *file);
}

Result<> convertDisk(const Plan& plan, const JobControl& job)
{
    if (plan.made != nullptr)
        return convert::makeNewVhd(*plan.made, AtomicFile::Existing::Keep, job);
    FATLAS_ASSIGN(const auto opened, image::openDisk(plan.wish.file, {}, job));
    FATLAS_TRY(convert::saveImage(*opened.disk, plan.wish.target, convert::Replace::No, job));
    return {};
}

Result<> act(const Plan& plan, const JobControl& job)
{
    const std::filesystem::path& file = plan.wish.file;
    switch (plan.wish.action) {
    case VhdAction::Convert: return convertDisk(plan, job);
    case VhdAction::Compact: FATLAS_TRY(vhd::rewriteVhd(file, {.unused = plan.unused}, job)); break;
    case VhdAction::Resize:
        FATLAS_TRY(convert::resizeVhd(file, plan.wish.size, convert::Content::Follows, job));
        break;
    case VhdAction::Merge:
        if (!plan.wish.target.empty())
            return convertDisk(plan, job);
        FATLAS_TRY(vhd::mergeIntoParent(file, job));
        break;
    case VhdAction::Repair: return repair(plan);
    case VhdAction::Reparent: return vhd::reparentVhd(file, plan.reparent, job);
    }
    return {};
}

} // namespace

Result<SharedVhdPlan> planVhdAction(const VhdActionWish& wish, const JobControl& job)
{
    auto plan = std::make_shared<VhdActionPlan>();
    plan->wish = wish;
    Result<> done;
    switch (wish.action) {
    case VhdAction::Convert: done = planConvert(*plan, job); break;
    case VhdAction::Compact: done = planCompact(*plan, job); break;
    case VhdAction::Resize: done = planNewSize(*plan, job); break;
    case VhdAction::Merge: done = planMerge(*plan, job); break;
    case VhdAction::Repair: done = planRepair(*plan, job); break;
    case VhdAction::Reparent: done = planNewParent(*plan); break;
    }
    if (!done)
        return std::unexpected(std::move(done).error());
    return plan;
}

Result<std::filesystem::path> runVhdAction(const VhdActionPlan& plan, const JobControl& job)
{
    FATLAS_TRY(act(plan, job));
    return plan.wish.target.empty() ? plan.wish.file : plan.wish.target;
}

} // namespace fatlas::ui
